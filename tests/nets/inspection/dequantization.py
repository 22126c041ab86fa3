"""Decode the output of webapp/nets/inspection/quantization.py."""

import base64

import numpy as np


def exact(text: str) -> np.ndarray:
    return np.frombuffer(base64.b64decode(text), "<f4")


def picture(layer: dict) -> np.ndarray:
    kept = np.frombuffer(base64.b64decode(layer["bytes"]), np.uint8).astype(np.float64)
    steps = np.full(np.prod(layer["shape"]), float(layer["zero"]))
    if "mask" in layer:
        mask = np.unpackbits(np.frombuffer(base64.b64decode(layer["mask"]), np.uint8), count=steps.size)
        steps[mask == 1] = kept
    else:
        steps[:] = kept
    return ((steps - layer["zero"]) * layer["scale"]).reshape(layer["shape"])
