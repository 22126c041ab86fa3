"""One loaded Keras model, compiled with a fixed signature, and the same in LiteRT where that can be done.

`model.predict` is made for large batches and takes 48 ms for a single bitmap; the compiled function
takes less than one, and LiteRT (lite.py) less than a fifth of one.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from webapp.errors import ModelError
from webapp.ink.bitmap import SIZE
from webapp.nets.cards import check_file
from webapp.nets.lite import convert
from webapp.nets.runtime import import_tensorflow

DIGITS = 10
REHEARSALS = 10  # Python makes code faster once it has run some eight times
SAMPLES = 8  # bitmaps on which LiteRT has to agree


@dataclass(frozen=True)
class Answer:
    """What a model says of one bitmap."""

    probabilities: np.ndarray  # float32 (10,), sums to 1
    is_digit: float | None  # 0 to 1; None from a model that cannot tell

    @property
    def digit(self) -> int:
        return int(self.probabilities.argmax())


class Network:
    """A Keras model, compiled once for any number of bitmaps. It may be called on any thread.

    Raises:
        ModelError: the model does not take (n, 28, 28) or does not give (n, 10) probabilities.
    """

    def __init__(self, model):
        self.model = model
        self._run = _compile(model)
        self._lite = None
        self._warm_up()
        self._lite = convert(self._run, _some_bitmaps(SAMPLES).astype(np.float32))
        for _ in range(REHEARSALS):
            self(_some_bitmaps(1))

    def __call__(self, bitmaps: np.ndarray) -> list[Answer]:
        """Return one answer for each of `bitmaps`, uint8 (n, 28, 28)."""
        outputs = self._outputs(bitmaps.astype(np.float32))
        probabilities = outputs["digit"]  # (n, 10)
        if "is_digit" not in outputs:
            return [Answer(row, None) for row in probabilities]
        sure = outputs["is_digit"][:, 0].tolist()  # (n,)
        return [Answer(row, value) for row, value in zip(probabilities, sure, strict=True)]

    def _outputs(self, bitmaps: np.ndarray) -> dict[str, np.ndarray]:
        if self._lite:
            return self._lite(bitmaps)
        return {name: tensor.numpy() for name, tensor in self._run(bitmaps).items()}

    def _warm_up(self) -> None:
        # What is done at the first call is better done now than in a visitor's first second.
        total = float(self(_some_bitmaps(1))[0].probabilities.sum())
        if not abs(total - 1) < 1e-3:  # also true of NaN
            raise ModelError(f"expected probabilities that sum to 1, received {total}")


def _some_bitmaps(count: int) -> np.ndarray:
    """Return uint8 (count, 28, 28), each with a bar of another width on paper."""
    bitmaps = np.zeros((count, SIZE, SIZE), np.uint8)
    for index, bitmap in enumerate(bitmaps):
        bitmap[4:-4, 12 - index % 8 : 14 + index % 8] = 255 - index
    return bitmaps


def load_network(path: Path, card: dict) -> Network:
    """Load, compile and warm up the model in the file `path`.

    Raises:
        ModelError: the file is not the one of its card, or cannot be used as a model of digits.
    """
    check_file(path, card)
    import_tensorflow()
    import keras

    try:
        # safe_mode: a model file may hold Python code in a Lambda layer, and that is never run.
        model = keras.saving.load_model(path, compile=False, safe_mode=True)
        return Network(model)
    except ModelError:
        raise
    except Exception as error:  # Keras raises whatever its layers raise
        raise ModelError(f"expected a Keras model in {path.name}, received: {_first_line(error)}") from error


def _compile(model):
    tensorflow = import_tensorflow()

    def run(bitmaps):
        outputs = model(bitmaps, training=False)
        return outputs if isinstance(outputs, dict) else {"digit": outputs}

    signature = tensorflow.TensorSpec((None, SIZE, SIZE), tensorflow.float32)
    # One concrete function: there is nothing left to trace again.
    function = tensorflow.function(run, input_signature=[signature]).get_concrete_function()
    _check_outputs(function.structured_outputs)
    return function


def _check_outputs(outputs: dict) -> None:
    expected = {"digit": DIGITS, "is_digit": 1}
    for name, tensor in outputs.items():
        if name not in expected or tuple(tensor.shape[1:]) != (expected[name],):
            raise ModelError(
                f"expected the outputs digit (n, 10) and is_digit (n, 1), received {name} {tensor.shape}"
            )
    if "digit" not in outputs:
        raise ModelError(f"expected an output digit (n, 10), received {', '.join(outputs)}")


def _first_line(error: Exception) -> str:
    lines = str(error).strip().splitlines()
    return lines[0] if lines else type(error).__name__
