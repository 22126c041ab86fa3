"""Add a Keras model of the owner's to those that Inkwise serves: check it, convert it, write its card.

    inkwise add-model FILE.keras [--name NAME] [--room-folder FOLDER]

The model takes bitmaps (28, 28), (28, 28, 1) or (784,), with values from 0 to 255 or from 0 to 1, and returns
ten probabilities. What it takes is found by reading MNIST's digits both ways: the smaller loss counts, since
the accuracy of a network with ReLU hardly depends on the scale. The file is loaded without
running code in it. The command line starts this module as a process of its own, which a hostile file may end.
"""

import argparse
import datetime
import sys
from pathlib import Path

from webapp.training.tensorflow_setup import import_tensorflow

import_tensorflow()

import keras  # noqa: E402
import numpy as np  # noqa: E402
from keras import layers  # noqa: E402

from webapp.errors import InkwiseError, ModelError, StorageUnavailable  # noqa: E402
from webapp.nets.cards import ALL, NAME  # noqa: E402
from webapp.nets.inspection.graph import read_graph  # noqa: E402
from webapp.training.card import describe_layers, save_model, versions  # noqa: E402
from webapp.training.datasets import SAMPLE, Bitmaps, load_mnist  # noqa: E402

LARGEST_FILE = 100_000_000  # bytes
SHAPES = ((28, 28), (28, 28, 1), (784,))
SMALLEST = 1e-7  # probability, for a finite loss
NO_CHAIN = "expected layers in a row, each fed by the one before, and no operations between them"
COMPARED = 100  # digits whose probabilities must be those of the model as it was
OUTPUTS = {(10,): "digit", (1,): "is_digit"}


def load(path: Path) -> keras.Model:
    """Return the model of a file. Raises ModelError if it is no model, or holds code."""
    try:
        if path.stat().st_size > LARGEST_FILE:
            raise ModelError(f"expected a file of at most {LARGEST_FILE:,} bytes, received a larger one")
        return keras.saving.load_model(path, compile=False, safe_mode=True)
    except ModelError:
        raise
    except Exception as error:  # Keras raises many kinds of errors for other files
        reason = (str(error).strip().splitlines() or [type(error).__name__])[0][:200]
        raise ModelError(f"expected a Keras model in {path.name}, but: {reason}") from None


def adapt(model: keras.Model, name: str, digits: Bitmaps) -> tuple[keras.Model, float]:
    """Return a model of bitmaps (28, 28) from 0 to 255 with the same layers, and its accuracy on `digits`.

    Raises:
        ModelError: other inputs or outputs, layers that are no chain, or outputs that are no probabilities.
    """
    shape = tuple(model.input_shape[1:]) if not isinstance(model.input_shape, list) else ()
    if shape not in SHAPES:
        expected = ", ".join(map(str, SHAPES))
        raise ModelError(f"expected a model that takes one of {expected}, received one that takes {shape}")
    check_outputs(model)
    scores = {scale: score(model, digits, shape, scale) for scale in (1.0, 1 / 255)}
    scale = min(scores, key=lambda each: scores[each][0])
    accuracy = scores[scale][1]
    if shape == (28, 28) and scale == 1 and not isinstance(model, keras.Sequential):
        return model, accuracy
    adapted = with_input(model, name, shape, scale)
    some = digits.bitmaps[:COMPARED]
    if not np.allclose(predict(adapted, some), predict(model, some, shape, scale), atol=1e-4):
        raise ModelError(NO_CHAIN)
    return adapted, accuracy


def check_outputs(model: keras.Model) -> None:
    """Raise ModelError unless the outputs are ten digits, and perhaps whether it is one."""
    outputs = model.outputs[0] if isinstance(model, keras.Sequential) else model.output
    if isinstance(outputs, list):
        raise ModelError(f"expected one output, or digit and is_digit by name, received {len(outputs)}")
    named = outputs if isinstance(outputs, dict) else {"digit": outputs}
    found = {name: tuple(output.shape[1:]) for name, output in named.items()}
    if "digit" not in found or any(OUTPUTS.get(shape) != name for name, shape in found.items()):
        raise ModelError(f"expected an output of 10 numbers (and perhaps is_digit of 1), received {found}")


def predict(
    model: keras.Model, bitmaps: np.ndarray, shape: tuple[int, ...] = (28, 28), scale: float = 1.0
) -> np.ndarray:
    """Return ten probabilities for each of `bitmaps`, uint8 (n, 28, 28), scaled and reshaped."""
    outputs = model.predict((bitmaps * np.float32(scale)).reshape(-1, *shape), batch_size=500, verbose=0)
    return outputs["digit"] if isinstance(outputs, dict) else outputs


def score(model: keras.Model, digits: Bitmaps, shape: tuple[int, ...], scale: float) -> tuple[float, float]:
    """Return loss and accuracy on `digits`, scaled and reshaped.

    Raises:
        ModelError: the rows do not sum to 1.
    """
    probabilities = predict(model, digits.bitmaps, shape, scale)
    sums = probabilities.sum(axis=1)
    if not np.allclose(sums, 1, atol=1e-3):
        raise ModelError("expected ten probabilities: end the model with the activation softmax")
    right = probabilities[np.arange(len(digits)), digits.labels]
    loss = -np.log(np.maximum(right, SMALLEST)).mean()
    return float(loss), float((probabilities.argmax(axis=1) == digits.labels).mean())


def with_input(model: keras.Model, name: str, shape: tuple[int, ...], scale: float) -> keras.Model:
    """Return the model's layers behind a scaled, reshaped bitmap. Raises ModelError if they are no chain."""
    inputs = layers.Input((28, 28), name="bitmap")
    x = layers.Rescaling(scale, name="grey")(inputs) if scale != 1 else inputs
    x = layers.Reshape(shape, name="as_taken")(x) if shape != (28, 28) else x
    try:
        for layer in model.layers:
            if not isinstance(layer, layers.InputLayer):
                x = layer(x)
    except Exception:
        raise ModelError(NO_CHAIN) from None
    return keras.Model(inputs, x, name=name)


def add(path: Path, name: str, folder: Path) -> float:
    """Write NAME.keras, NAME.tflite and NAME.json into `folder`; return the accuracy on MNIST's test digits.

    Raises:
        ModelError: the file or the name cannot be used, or the name is taken.
        StorageUnavailable: the files cannot be written.
    """
    if not NAME.fullmatch(name) or name == ALL:
        raise ModelError(f"expected a name of a-z, 0-9, - and _, received {name[:60]!r}; --name gives one")
    if (folder / f"{name}.json").exists():
        raise ModelError(f"expected a new name, but there is a model {name} in {folder}; --name gives one")
    _, digits = load_mnist(SAMPLE)
    model, accuracy = adapt(load(path), name, digits)
    neurons = [layer for layer in model.layers if isinstance(layer, layers.Dense | layers.Conv2D)]
    card = {
        "name": name,
        "title": "added by its owner",
        "summary": f"Added from {path.name}: {accuracy:.1%} of {len(digits):,} of MNIST's test digits.",
        "hidden_layers": max(len(neurons) - len(model.outputs), 0),
        "parameters": int(model.count_params()),
        "layers": describe_layers(model),
        "data": [],
        "training": {"file": path.name},
        "versions": versions(),
        "scores": {"mnist_part": accuracy},
        "date": datetime.date.today().isoformat(),
    }
    try:
        save_model(folder, model, card)
    except OSError as error:
        raise StorageUnavailable(f"expected to write to {folder}, but: {error.strerror or error}") from None
    try:
        read_graph(folder / f"{name}.keras")
    except ModelError as error:
        print(f"The page Inside cannot show it: {error.message}")
    return accuracy


def main() -> int:
    """Add the model of the command line. Return 0, or 2 after an error."""
    parser = argparse.ArgumentParser(prog="inkwise add-model", description="Add a Keras model.")
    parser.add_argument("file", type=Path, metavar="FILE.keras")
    parser.add_argument("--name", help="by default that of the file")
    parser.add_argument("--folder", type=Path, required=True, help="of the models")
    arguments = parser.parse_args()
    name = arguments.name or arguments.file.stem.lower()
    try:
        accuracy = add(arguments.file, name, arguments.folder)
    except InkwiseError as error:
        print(f"inkwise add-model: {error.message}", file=sys.stderr)
        return 2
    print(f"Added {name}: it reads {accuracy:.1%} of MNIST's test digits. Start Inkwise again to use it.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
