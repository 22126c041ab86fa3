"""The same network in LiteRT, which asks for a twentieth of TensorFlow's time around one small network.

TensorFlow takes about 0.1 ms for any call, however little there is to compute; LiteRT takes some
microseconds. So bitmaps are read here, one after the other.
"""

import logging
import queue
import warnings

import numpy as np

from webapp.nets.runtime import import_tensorflow, native_silence

TOLERANCE = 1e-5  # of a probability, between this and the function it was made from

logger = logging.getLogger(__name__)


class LiteNetwork:
    """What a compiled function computes, for one bitmap at a time, on any thread.

    Args:
        function: takes float32 (n, 28, 28), gives a dict of (n, units) by name, no two as wide.

    Raises:
        Exception: whatever the conversion raises where LiteRT lacks what the network needs.
    """

    def __init__(self, function):
        from tensorflow.python.framework.convert_to_constants import convert_variables_to_constants_v2

        self._tensorflow = tensorflow = import_tensorflow()
        # Its class is to move to a package of its own; until then it comes with TensorFlow.
        warnings.filterwarnings("ignore", message=r"\s*Warning: tf.lite.Interpreter is deprecated")
        with native_silence():
            frozen = convert_variables_to_constants_v2(function)
            converter = tensorflow.lite.TFLiteConverter.from_concrete_functions([frozen], frozen)
            self._content = converter.convert()
            interpreter = self._make_interpreter()
        self._idle = queue.SimpleQueue()  # interpreters that no thread uses
        self._idle.put(interpreter)
        self._input = interpreter.get_input_details()[0]["index"]
        names = {tensor.shape[-1]: name for name, tensor in function.structured_outputs.items()}
        details = interpreter.get_output_details()
        self._outputs = {names[output["shape"][-1]]: output["index"] for output in details}

    def __call__(self, bitmaps: np.ndarray) -> dict[str, np.ndarray]:
        """Return the outputs by name, float32 (n, units), for float32 (n, 28, 28)."""
        interpreter = self._take_interpreter()
        try:
            rows = [self._read(interpreter, bitmap) for bitmap in bitmaps]
        finally:
            self._idle.put(interpreter)
        return rows[0] if len(rows) == 1 else {name: _joined(rows, name) for name in self._outputs}

    def _read(self, interpreter, bitmap: np.ndarray) -> dict[str, np.ndarray]:
        interpreter.set_tensor(self._input, bitmap[None])  # (1, 28, 28)
        interpreter.invoke()  # without Python's lock: other threads go on meanwhile
        return {name: interpreter.get_tensor(index) for name, index in self._outputs.items()}

    def _take_interpreter(self):
        """Return an interpreter for this thread alone: as many are made as are ever used at once."""
        try:
            return self._idle.get_nowait()
        except queue.Empty:
            return self._make_interpreter()

    def _make_interpreter(self):
        interpreter = self._tensorflow.lite.Interpreter(model_content=self._content, num_threads=1)
        interpreter.allocate_tensors()
        return interpreter


def _joined(rows: list[dict[str, np.ndarray]], name: str) -> np.ndarray:
    return np.concatenate([row[name] for row in rows])


def convert(function, samples: np.ndarray) -> LiteNetwork | None:
    """Return `function` in LiteRT, or None where that cannot be done or does not give the same answers.

    Args:
        samples: bitmaps to compare on, float32 (n, 28, 28).
    """
    try:
        lite = LiteNetwork(function)
        found, expected = lite(samples), function(samples)
    except Exception as error:  # not every layer exists there; TensorFlow then answers alone
        logger.info("LiteRT is not used: %s", error)
        return None
    differences = [np.abs(found[name] - expected[name].numpy()).max() for name in found]
    is_same = max(differences) <= TOLERANCE  # False with NaN as well
    if not is_same:
        logger.info("LiteRT is not used: its answers differ by %g", max(differences))
    return lite if is_same else None
