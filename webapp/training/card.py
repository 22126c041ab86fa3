"""Write a trained network, the file that is served, and the card of both, each of them whole or not at
all."""

import hashlib
import json
import os
import platform
from importlib.metadata import version
from pathlib import Path

import keras

from webapp.training.convert import to_tflite

ABOUT = {
    "linear": ("no hidden layer", 0, "Ten weighted sums of the pixels: one template a digit."),
    "shallow": ("one hidden layer", 1, "One hidden layer of 128 neurons with ReLU: already not linear."),
    "deep": ("two hidden layers", 2, "Two hidden layers of 128 neurons: deep, and in many a first tutorial."),
    "conv": ("convolutional", 6, "Five convolutional layers that look at small patches, and a dense one."),
}  # name: title, hidden layers, summary


def describe_model(model: keras.Model) -> dict:
    """Return what the card says of the network itself."""
    title, hidden_layers, summary = ABOUT[model.name]
    return {
        "name": model.name,
        "title": title,
        "summary": summary,
        "hidden_layers": hidden_layers,
        "parameters": int(model.count_params()),
        "layers": describe_layers(model),
    }


def describe_layers(model: keras.Model) -> list[dict]:
    """Return the card's `layers`: name, type, output shape without the batch, parameters, activation."""
    return [
        {
            "name": layer.name,
            "type": type(layer).__name__,
            "output_shape": list(layer.output.shape[1:]),
            "parameters": int(layer.count_params()),
            "activation": getattr(getattr(layer, "activation", None), "__name__", None),
        }
        for layer in model.layers
    ]


def versions() -> dict[str, str]:
    """Return the card's `versions` of what trained the network."""
    names = ("tensorflow", "keras", "numpy")
    return {"python": platform.python_version()} | {name: version(name) for name in names}


def save_model(folder: Path, model: keras.Model, card: dict) -> None:
    """Write NAME.keras, NAME.tflite and NAME.json into `folder`; the card gets the SHA-256 of both files.

    All are written beside their places first and then moved there, one right after the other, so a run that
    is stopped leaves the old files or the new ones. Only a process killed between two moves leaves a mixture:
    the hashes then do not fit, and the model is not loaded until it is made anew.
    """
    folder.mkdir(parents=True, exist_ok=True)
    name = card["name"]
    parts = {suffix: folder / f".{name}.part{suffix}" for suffix in (".keras", ".tflite", ".json")}
    bare = _without_optimizer(model)
    try:
        bare.save(parts[".keras"])
        parts[".tflite"].write_bytes(to_tflite(bare))
        card = card | {"sha256": _hash(parts[".keras"]), "tflite_sha256": _hash(parts[".tflite"])}
        parts[".json"].write_text(json.dumps(card, indent=1) + "\n", "utf-8")
        for suffix, part in parts.items():
            os.replace(part, folder / f"{name}{suffix}")
    finally:
        for part in parts.values():
            part.unlink(missing_ok=True)


def _hash(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _without_optimizer(model: keras.Model) -> keras.Model:
    """Return the network as it answers, without what only its training needs: twice as much again."""
    bare = keras.Model.from_config(model.get_config())
    bare.set_weights(model.get_weights())
    return bare
