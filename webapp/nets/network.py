"""One loaded network: a .tflite file run by LiteRT.

Where LiteRT has no package for a platform, the NumPy forward pass (inspection/forward.py) predicts from the
.keras file instead, several times slower.
"""

import logging
import queue
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from webapp.errors import ModelError
from webapp.ink.bitmap import SIZE
from webapp.nets.cards import check_file
from webapp.nets.native_output import native_silence

DIGITS = 10
UNITS = {"digit": DIGITS, "is_digit": 1}  # of each output
IS_DIGIT = 0.5  # threshold of is_digit: below it, a drawing is reported as not a digit
WARM_UPS = 10  # Python specializes code after about eight runs

Run = Callable[[np.ndarray], dict[str, np.ndarray]]  # float32 (n, 28, 28) -> outputs by name, (n, units)

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Prediction:
    """A network's output for one bitmap."""

    probabilities: np.ndarray  # float32 (10,), sums to 1
    is_digit: float | None  # 0 to 1; None if the network has no such output

    @property
    def digit(self) -> int:
        return int(self.probabilities.argmax())


class Network:
    """A network, warmed up. Thread-safe.

    Args:
        run: the forward pass.
        keras_file: file with the trained weights, for inspection.

    Raises:
        ModelError: the outputs are not probabilities.
    """

    def __init__(self, run: Run, keras_file: Path):
        self.keras_file = keras_file
        self._run = run
        for _ in range(WARM_UPS):
            total = float(self(_bar()[None])[0].probabilities.sum())
        if not abs(total - 1) < 1e-3:  # also true of NaN
            raise ModelError(f"expected probabilities that sum to 1, received {total}")

    def __call__(self, bitmaps: np.ndarray) -> list[Prediction]:
        """Return one prediction for each of `bitmaps`, uint8 (n, 28, 28)."""
        outputs = self._run(bitmaps.astype(np.float32))
        probabilities = outputs["digit"]  # (n, 10)
        if "is_digit" not in outputs:
            return [Prediction(row, None) for row in probabilities]
        is_digit = outputs["is_digit"][:, 0].tolist()  # (n,)
        return [Prediction(row, value) for row, value in zip(probabilities, is_digit, strict=True)]


class LiteRTModel:
    """The forward pass of a .tflite file, with one interpreter for each thread that runs it. Thread-safe.

    Args:
        interpreter_class: LiteRT's Interpreter.
        content: of the file.

    Raises:
        ModelError: the model has other inputs or outputs.
        ValueError: not a .tflite file.
    """

    def __init__(self, interpreter_class: Any, content: bytes):
        self._interpreter_class = interpreter_class
        self._content = content
        interpreter = self._make_interpreter()
        signature = interpreter.get_signature_runner()
        (given,) = signature.get_input_details().values()
        found = signature.get_output_details()
        _check({name: tuple(details["shape"]) for name, details in found.items()}, tuple(given["shape"]))
        self._input = given["index"]
        self._outputs = {name: details["index"] for name, details in found.items()}
        self._idle: queue.SimpleQueue = queue.SimpleQueue()  # interpreters not in use
        self._idle.put(interpreter)

    def __call__(self, bitmaps: np.ndarray) -> dict[str, np.ndarray]:
        """Return the outputs by name, float32 (n, units), for float32 (n, 28, 28)."""
        interpreter = self._take_interpreter()
        try:
            rows = [self._predict(interpreter, bitmap) for bitmap in bitmaps]
        finally:
            self._idle.put(interpreter)
        if len(rows) == 1:
            return rows[0]
        return {name: np.concatenate([row[name] for row in rows]) for name in self._outputs}

    def _predict(self, interpreter: Any, bitmap: np.ndarray) -> dict[str, np.ndarray]:
        interpreter.set_tensor(self._input, bitmap[None])  # (1, 28, 28)
        interpreter.invoke()  # releases Python's global lock: other threads run meanwhile
        return {name: interpreter.get_tensor(index) for name, index in self._outputs.items()}

    def _take_interpreter(self) -> Any:
        """Return an idle interpreter, or a new one."""
        try:
            return self._idle.get_nowait()
        except queue.Empty:
            return self._make_interpreter()

    def _make_interpreter(self) -> Any:
        with native_silence():
            interpreter = self._interpreter_class(model_content=self._content, num_threads=1)
            interpreter.allocate_tensors()
        return interpreter


def load_network(path: Path, card: dict) -> Network:
    """Load and warm up a model.

    Args:
        path: NAME.keras, with NAME.tflite beside it.
        card: holds the hashes of both files.

    Raises:
        ModelError: a file does not match its hash, or is not a network for digits.
    """
    tflite = path.with_suffix(".tflite")
    check_file(path, card["sha256"])
    check_file(tflite, card["tflite_sha256"])
    try:
        return Network(_load_litert(tflite) or _load_numpy(path), path)
    except ModelError:
        raise
    except Exception as error:  # LiteRT raises many kinds of errors for a damaged file
        reason = (str(error).strip().splitlines() or [type(error).__name__])[0]
        raise ModelError(f"expected a LiteRT model in {tflite.name}, received: {reason[:200]}") from error


def _load_litert(path: Path) -> LiteRTModel | None:
    """Return the model, or None if LiteRT is not installed."""
    try:
        from ai_edge_litert.interpreter import Interpreter
    except ImportError:
        logger.warning("LiteRT is not installed: NumPy runs %s, more slowly", path.stem)
        return None
    return LiteRTModel(Interpreter, path.read_bytes())


def _load_numpy(path: Path) -> Run:
    """Return the NumPy forward pass with the weights of a .keras file."""
    from webapp.nets.inspection.forward import forward
    from webapp.nets.inspection.graph import read_graph

    graph = read_graph(path)
    _check({name: (1, graph[layer].units) for name, layer in graph.outputs.items()})

    def run(bitmaps: np.ndarray) -> dict[str, np.ndarray]:
        _, outputs = forward(graph, bitmaps)
        return {name: outputs[layer] for name, layer in graph.outputs.items()}

    return run


def _check(outputs: dict[str, tuple[int, ...]], inputs: tuple[int, ...] = (1, SIZE, SIZE)) -> None:
    """Raise ModelError unless the input is (1, 28, 28) and the outputs digit (1, 10) and is_digit (1, 1).

    is_digit may be missing.
    """
    if inputs != (1, SIZE, SIZE):
        raise ModelError(f"expected a model that takes (1, 28, 28), received one that takes {inputs}")
    are_known = all(name in UNITS and shape == (1, UNITS[name]) for name, shape in outputs.items())
    if not are_known or "digit" not in outputs:
        found = ", ".join(f"{name} {shape}" for name, shape in sorted(outputs.items()))
        raise ModelError(f"expected the outputs digit (1, 10) and is_digit (1, 1), received {found}")


def _bar() -> np.ndarray:
    """Return a bitmap uint8 (28, 28) with a vertical bar."""
    bitmap = np.zeros((SIZE, SIZE), np.uint8)
    bitmap[4:-4, 12:15] = 255
    return bitmap
