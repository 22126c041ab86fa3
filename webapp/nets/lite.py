"""The same network in LiteRT, which asks for a twentieth of TensorFlow's time around one small network.

TensorFlow takes about 0.1 ms for any call, however little there is to compute; LiteRT takes some
microseconds. So few bitmaps are read here one after the other, and many at once by TensorFlow.
"""

import logging
import warnings

import numpy as np

from webapp.nets.runtime import import_tensorflow, native_silence

TOLERANCE = 1e-5  # of a probability, between this and the function it was made from

logger = logging.getLogger(__name__)


class LiteNetwork:
    """What a compiled function computes, for one bitmap at a time. Call it on one thread at a time.

    Args:
        function: takes float32 (n, 28, 28), gives a dict of (n, units) by name, no two as wide.

    Raises:
        Exception: whatever the conversion raises where LiteRT lacks what the network needs.
    """

    def __init__(self, function):
        tensorflow = import_tensorflow()
        from tensorflow.python.framework.convert_to_constants import convert_variables_to_constants_v2

        # Its class is to move to a package of its own; until then it comes with TensorFlow.
        warnings.filterwarnings("ignore", message=r"\s*Warning: tf.lite.Interpreter is deprecated")
        with native_silence():
            frozen = convert_variables_to_constants_v2(function)
            content = tensorflow.lite.TFLiteConverter.from_concrete_functions([frozen], frozen).convert()
            self._interpreter = tensorflow.lite.Interpreter(model_content=content, num_threads=1)
            self._interpreter.allocate_tensors()
        self._input = self._interpreter.get_input_details()[0]["index"]
        names = {tensor.shape[-1]: name for name, tensor in function.structured_outputs.items()}
        details = self._interpreter.get_output_details()
        self._outputs = {names[output["shape"][-1]]: output["index"] for output in details}

    def __call__(self, bitmaps: np.ndarray) -> dict[str, np.ndarray]:
        """Return the outputs by name, float32 (n, units), for float32 (n, 28, 28)."""
        rows = [self._read(bitmap) for bitmap in bitmaps]
        return {name: np.concatenate([row[name] for row in rows]) for name in self._outputs}

    def _read(self, bitmap: np.ndarray) -> dict[str, np.ndarray]:
        self._interpreter.set_tensor(self._input, bitmap[None])  # (1, 28, 28)
        self._interpreter.invoke()
        return {name: self._interpreter.get_tensor(index) for name, index in self._outputs.items()}


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
