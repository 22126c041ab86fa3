"""One loaded network: a .tflite file in LiteRT, which takes some microseconds around what there is to
compute.

Where LiteRT has no package for a computer, the forward pass in NumPy (inspection/forward.py) predicts from
the .keras file instead, several times slower.
"""

import logging
import queue
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from webapp.errors import ModelError
from webapp.ink.bitmap import SIZE
from webapp.nets.cards import check_file
from webapp.nets.native_output import native_silence

DIGITS = 10
EXPECTED = {"digit": DIGITS, "is_digit": 1}  # units by the names of the outputs
WARM_UPS = 10  # Python makes code faster once it has run some eight times

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Answer:
    """What a model says of one bitmap."""

    probabilities: np.ndarray  # float32 (10,), sums to 1
    is_digit: float | None  # 0 to 1; None from a model that cannot tell

    @property
    def digit(self) -> int:
        return int(self.probabilities.argmax())


class Network:
    """A network that may be called on any thread.

    Args:
        run: takes float32 (n, 28, 28), gives the outputs by name, float32 (n, units).
        keras_file: the file with the trained weights, which inspection reads.

    Raises:
        ModelError: what it gives are no probabilities.
    """

    def __init__(self, run, keras_file: Path):
        self.keras_file = keras_file
        self._run = run
        for _ in range(WARM_UPS):
            total = float(self(_bar()[None])[0].probabilities.sum())
        if not abs(total - 1) < 1e-3:  # also true of NaN
            raise ModelError(f"expected probabilities that sum to 1, received {total}")

    def __call__(self, bitmaps: np.ndarray) -> list[Answer]:
        """Return one answer for each of `bitmaps`, uint8 (n, 28, 28)."""
        outputs = self._run(bitmaps.astype(np.float32))
        probabilities = outputs["digit"]  # (n, 10)
        if "is_digit" not in outputs:
            return [Answer(row, None) for row in probabilities]
        is_digit = outputs["is_digit"][:, 0].tolist()  # (n,)
        return [Answer(row, value) for row, value in zip(probabilities, is_digit, strict=True)]


class LiteRTModel:
    """A .tflite file, run for one bitmap after the other by an interpreter that no other thread uses
    meanwhile.

    Args:
        interpreter_class: LiteRT's Interpreter.
        content: of the file.

    Raises:
        ModelError: the model has other inputs or outputs.
        ValueError: it is no .tflite file.
    """

    def __init__(self, interpreter_class: type, content: bytes):
        self._interpreter_class = interpreter_class
        self._content = content
        interpreter = self._make_interpreter()
        signature = interpreter.get_signature_runner()
        (given,) = signature.get_input_details().values()
        found = signature.get_output_details()
        _check({name: tuple(details["shape"]) for name, details in found.items()}, tuple(given["shape"]))
        self._input = given["index"]
        self._outputs = {name: details["index"] for name, details in found.items()}
        self._idle: queue.SimpleQueue = queue.SimpleQueue()  # interpreters that no thread uses
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

    def _predict(self, interpreter, bitmap: np.ndarray) -> dict[str, np.ndarray]:
        interpreter.set_tensor(self._input, bitmap[None])  # (1, 28, 28)
        interpreter.invoke()  # without the interpreter lock: other threads go on meanwhile
        return {name: interpreter.get_tensor(index) for name, index in self._outputs.items()}

    def _take_interpreter(self):
        """Return an interpreter for this thread alone: as many are made as are ever used at once."""
        try:
            return self._idle.get_nowait()
        except queue.Empty:
            return self._make_interpreter()

    def _make_interpreter(self):
        with native_silence():
            interpreter = self._interpreter_class(model_content=self._content, num_threads=1)
            interpreter.allocate_tensors()
        return interpreter


def load_network(path: Path, card: dict) -> Network:
    """Load and warm up a model.

    Args:
        path: NAME.keras; NAME.tflite lies beside it.
        card: holds the hashes of both.

    Raises:
        ModelError: a file is not the one of the card, or cannot be used as a model of digits.
    """
    tflite = path.with_suffix(".tflite")
    check_file(path, card["sha256"])
    check_file(tflite, card["tflite_sha256"])
    try:
        return Network(_load_litert(tflite) or _load_numpy(path), path)
    except ModelError:
        raise
    except Exception as error:  # LiteRT raises whatever a damaged file leads it to
        reason = (str(error).strip().splitlines() or [type(error).__name__])[0]
        raise ModelError(f"expected a LiteRT model in {tflite.name}, received: {reason[:200]}") from error


def _load_litert(path: Path) -> LiteRTModel | None:
    """Return the model, or None where LiteRT is not installed."""
    try:
        from ai_edge_litert.interpreter import Interpreter
    except ImportError:
        logger.warning("LiteRT is not installed here: %s is predicted by NumPy, more slowly", path.stem)
        return None
    return LiteRTModel(Interpreter, path.read_bytes())


def _load_numpy(path: Path):
    """Return the forward pass in NumPy, with the weights of a .keras file."""
    from webapp.nets.inspection.forward import forward
    from webapp.nets.inspection.graph import read_graph

    graph = read_graph(path)
    _check({name: (1, graph[layer].units) for name, layer in graph.outputs.items()})

    def run(bitmaps: np.ndarray) -> dict[str, np.ndarray]:
        _, outputs = forward(graph, bitmaps)
        return {name: outputs[layer] for name, layer in graph.outputs.items()}

    return run


def _check(outputs: dict[str, tuple[int, ...]], given: tuple[int, ...] = (1, SIZE, SIZE)) -> None:
    """Raise ModelError unless a model takes (1, 28, 28) and gives digit (1, 10) and perhaps is_digit (1,
    1)."""
    if given != (1, SIZE, SIZE):
        raise ModelError(f"expected a model that takes (1, 28, 28), received one that takes {given}")
    is_right = all(EXPECTED.get(name) and shape == (1, EXPECTED[name]) for name, shape in outputs.items())
    if not is_right or "digit" not in outputs:
        found = ", ".join(f"{name} {shape}" for name, shape in sorted(outputs.items()))
        raise ModelError(f"expected the outputs digit (1, 10) and is_digit (1, 1), received {found}")


def _bar() -> np.ndarray:
    """Return a bitmap uint8 (28, 28) with a bar on paper."""
    bitmap = np.zeros((SIZE, SIZE), np.uint8)
    bitmap[4:-4, 12:15] = 255
    return bitmap
