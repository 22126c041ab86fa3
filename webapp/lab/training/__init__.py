"""The trainer: a process of its own, the only one of a running Inkwise that imports TensorFlow and Keras.

    python -m webapp.lab.training DIGITS_FILE

It reads commands as JSON lines from stdin and writes events as JSON lines to stdout:

    {"command": "train", "run": 3, "name": "run-3", "folder": ..., "spec": {...}, "card": {...},
     "pause_after": "step", "epoch" or null}
    {"command": "pause"}, "resume", "step" (one batch), "epoch" (to its end), "stop" (keep what was learned)
    {"command": "teach", "teaching": 1, "base": FILE, "drawings": [...], "wrong_labels": 0, ...}
    {"command": "pin", "version": 2, "bitmaps": [base64 of 784 bytes, ...]}     predicted again at each point
    {"command": "digits", "file": ...}                            between runs: the next ones use another file

    {"event": "ready"}                                            TensorFlow has trained one batch
    {"event": "update", "run": 3, "status": "training" or "paused", "step": 120, "epoch": 0.4, ...}
    {"event": "ended", "run": 3, "status": "done", "stopped" or "failed", "reason": ..., "test_accuracy": ...}
    {"event": "saved", "run": 3, "model": "run-3" or null, "reason": ...}
    {"event": "update", "teaching": 1, "status": "training", "share_done": 0.4, "seconds_left": 20.0, ...}
    {"event": "ended", "teaching": 1, "status": ..., "reason": ..., "result": {...}}
    {"event": "saved", "teaching": 1, "model": "taught-1" or null, "reason": ...}

__main__.py   commands and events
network.py    the Keras model of a spec
session.py    one run: fit, control, save
teaching.py   fine-tune a network on drawings of the room; room_mixture.py makes its batches
observer.py   what is seen of a run: curve, weights, pinned digits, confusion matrix, gradients

The process ends with its stdin, so it never outlives the server. TensorFlow leaves files in the
temporary folder, so the process has one of its own, which is removed after its end.
"""
