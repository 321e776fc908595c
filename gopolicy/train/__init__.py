"""Training: a dataset and two configs in, a folder with the best and last model out.

``run`` is the loop and what it writes, ``progress`` what it tells; ``trainer`` the
network being trained and its step; ``pipeline`` the batches; ``schedule`` when a run
ends and how fast it learns; ``folder`` what is kept on disk. Everything a step does
follows from the configs and its number, so a run that was cut goes on from its last
checkpoint as if nothing had happened. Only ``compare``, ``bench``, the commands and
tools come in.
"""
