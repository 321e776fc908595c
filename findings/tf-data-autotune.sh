#!/usr/bin/env bash
# The end of a tf.data iterator waits for a thread that is asleep, up to a minute.
#
# One would guess: who drops an iterator goes on at once, as where nothing is to be tuned.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check tensorflow==2.21.0
TF_CPP_MIN_LOG_LEVEL=3 "$folder/venv/bin/python" - <<'PYTHON'
import time

import tensorflow as tf


def drop(autotune: bool) -> float:
    """Seconds that dropping an iterator takes, of which elements were taken for 11."""
    options = tf.data.Options()
    options.autotune.enabled = autotune
    data = tf.data.Dataset.range(10**9).map(lambda x: x, num_parallel_calls=2)
    iterator = iter(data.prefetch(16).with_options(options))
    began = time.monotonic()
    while time.monotonic() - began < 11:
        next(iterator)
        time.sleep(0.01)
    began = time.monotonic()
    del iterator
    return time.monotonic() - began


print("TensorFlow", tf.__version__)
without, by_default = drop(False), drop(True)
print(f"dropped in {without:.1f} s without autotuning, {by_default:.1f} s with it")
assert without < 1 < 5 < by_default
PYTHON
