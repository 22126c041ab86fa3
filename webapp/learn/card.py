"""Write a trained network and its card, each of them whole or not at all."""

import hashlib
import json
import os
import platform
from importlib.metadata import version
from pathlib import Path

import keras

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
    """Write NAME.keras and NAME.json into `folder`; the card gets the file's SHA-256.

    Both are written beside their places first and then moved there, one right after the other, so a run
    that is stopped leaves the old pair or the new one. Only a process killed between the two moves leaves
    the new file beside the old card: the hash then does not fit, and the file is not loaded until it is
    made anew.
    """
    folder.mkdir(parents=True, exist_ok=True)
    name = card["name"]
    new_model, new_card = folder / f".{name}.part.keras", folder / f".{name}.part.json"
    try:
        _without_optimizer(model).save(new_model)
        card = card | {"sha256": hashlib.sha256(new_model.read_bytes()).hexdigest()}
        new_card.write_text(json.dumps(card, indent=1) + "\n", "utf-8")
        os.replace(new_model, folder / f"{name}.keras")
        os.replace(new_card, folder / f"{name}.json")
    finally:
        new_model.unlink(missing_ok=True)
        new_card.unlink(missing_ok=True)


def _without_optimizer(model: keras.Model) -> keras.Model:
    """Return the network as it answers, without what only its training needs: twice as much again."""
    bare = keras.Model.from_config(model.get_config())
    bare.set_weights(model.get_weights())
    return bare
