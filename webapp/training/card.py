"""Save a trained network: NAME.keras, NAME.tflite for the server, and the card NAME.json."""

import hashlib
import os
import platform
from importlib.metadata import version
from pathlib import Path

import keras

from webapp.nets.cards import card_text
from webapp.training.convert import to_tflite

DESCRIPTIONS = {
    "linear": ("no hidden layer", 0, "Ten weighted sums of the pixels: one template for each digit."),
    "shallow": ("one hidden layer", 1, "One hidden layer of 128 neurons with ReLU: already not linear."),
    "deep": ("two hidden layers", 2, "Two hidden layers of 128 neurons: deep, as in many first tutorials."),
    "conv": ("convolutional", 5, "Four convolutional layers that look at small patches, and a dense one."),
}  # name: title, hidden layers, summary


def describe_model(model: keras.Model) -> dict:
    """Return the card's fields about the network itself."""
    title, hidden_layers, summary = DESCRIPTIONS[model.name]
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
    """Return the card's `versions` of Python and the libraries."""
    names = ("tensorflow", "keras", "numpy")
    return {"python": platform.python_version()} | {name: version(name) for name in names}


def save_model(folder: Path, model: keras.Model, card: dict) -> None:
    """Write NAME.keras, NAME.tflite and NAME.json into `folder`; the card gets the SHA-256 of both files.

    Temporary files are renamed at the end, so an interrupted run leaves the old files. A process killed
    between two renames leaves files that do not match the hashes, and the model is not loaded.
    """
    folder.mkdir(parents=True, exist_ok=True)
    name = card["name"]
    parts = {suffix: folder / f".{name}.part{suffix}" for suffix in (".keras", ".tflite", ".json")}
    bare = _without_optimizer(model)
    try:
        bare.save(parts[".keras"])
        parts[".tflite"].write_bytes(to_tflite(bare))
        card = card | {"sha256": _hash(parts[".keras"]), "tflite_sha256": _hash(parts[".tflite"])}
        parts[".json"].write_text(card_text(card), "utf-8")
        for suffix, part in parts.items():
            os.replace(part, folder / f"{name}{suffix}")
    finally:
        for part in parts.values():
            part.unlink(missing_ok=True)


def _hash(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _without_optimizer(model: keras.Model) -> keras.Model:
    """Return a copy without the optimizer's state, which takes twice the size of the weights."""
    bare = keras.Model.from_config(model.get_config())
    bare.set_weights(model.get_weights())
    return bare
