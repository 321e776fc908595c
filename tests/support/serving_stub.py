"""Answers one request as TensorFlow Serving's REST interface does; knows no gopolicy.

python serving_stub.py SAVED_MODEL NAME; prints its port, then waits. Source: "RESTful
API" in TensorFlow Serving's documentation, "Predict API", row format.
"""

import json
import sys
from http.server import BaseHTTPRequestHandler, HTTPServer

import numpy as np
import tensorflow as tf


class Handler(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        known = self.path == f"/v1/models/{sys.argv[2]}:predict"
        if not known or set(body) != {"instances"}:
            self.send_error(404)
            return
        planes = np.array(body["instances"])
        if planes.dtype != np.int64:  # numbers with a point do not fit in uint8
            self.send_error(400)
            return
        columns = signature(planes=tf.constant(planes, tf.uint8))
        rows = zip(*(value.numpy().tolist() for value in columns.values()), strict=True)
        answer = {"predictions": [dict(zip(columns, row, strict=True)) for row in rows]}
        self.send_response(200)
        self.end_headers()
        self.wfile.write(json.dumps(answer).encode())

    def log_message(self, *_: object) -> None:
        """Nothing: tests are quiet."""


signature = tf.saved_model.load(sys.argv[1]).signatures["serving_default"]
server = HTTPServer(("127.0.0.1", 0), Handler)
sys.stdout.write(f"{server.server_port}\n")
sys.stdout.flush()
server.handle_request()
sys.exit("gopolicy" in sys.modules)
