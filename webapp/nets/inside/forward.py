"""The network once more, as one compiled function that keeps what every layer did.

Each layer of neurons is taken apart: its weighted sum z (Keras's own operation, then the bias), its
activation function, and a switch for each neuron. With no switch used the answers are the network's own.
"""

import numpy as np

from webapp.ink.bitmap import SIZE
from webapp.nets.inside.switches import Switches
from webapp.nets.inside.wiring import Step, Wiring
from webapp.nets.runtime import import_tensorflow

Values = dict[str, np.ndarray]  # by layer, without the batch


class Forward:
    """A compiled walk through all layers, and the same for gradients.

    Args:
        wiring: of a Keras model; tracing it runs Keras, so build this where nothing else does.
    """

    def __init__(self, wiring: Wiring):
        tensorflow = import_tensorflow()
        self._wiring = wiring
        bitmaps = tensorflow.TensorSpec((None, SIZE, SIZE), tensorflow.float32)
        switches = (
            tensorflow.TensorSpec((sum(step.units for step in wiring.hidden),), tensorflow.float32),
            tensorflow.TensorSpec((len(wiring.hidden),), tensorflow.bool),
        )
        direction = tensorflow.TensorSpec((wiring.digit.units,), tensorflow.float32)
        self._run = _concrete(tensorflow, self._trace_run, bitmaps, *switches)
        self._slope = _concrete(tensorflow, self._trace_slope, bitmaps, direction, *switches)
        self.run(np.zeros((1, SIZE, SIZE), np.uint8), Switches())  # the first run plans; better now

    def run(self, bitmaps: np.ndarray, switches: Switches) -> tuple[Values, Values]:
        """Return the weighted sums and the outputs by layer, each float32 (n, ...)."""
        sums, outputs = self._run(*self._inputs(bitmaps), *self._positions(switches))
        return _to_numpy(sums), _to_numpy(outputs)

    def slope(self, bitmaps: np.ndarray, direction: np.ndarray, switches: Switches):
        """Return the logits times `direction` (10,), and their slope at each pixel.

        Args:
            bitmaps: float32 (n, 28, 28), 0 to 255.

        Returns:
            float32 (n,) and float32 (n, 28, 28).
        """
        direction = np.asarray(direction, np.float32)
        values, slopes = self._slope(
            *self._inputs(bitmaps), *self._tensors(direction), *self._positions(switches)
        )
        return values.numpy(), slopes.numpy()

    def _inputs(self, bitmaps: np.ndarray) -> list:
        return self._tensors(bitmaps.astype(np.float32))

    def _positions(self, switches: Switches) -> list:
        return self._tensors(switches.keep(self._wiring), switches.active(self._wiring))

    def _tensors(self, *arrays: np.ndarray) -> list:
        return [import_tensorflow().constant(array) for array in arrays]

    def _trace_slope(self, bitmaps, direction, keep, active):
        tensorflow = import_tensorflow()
        with tensorflow.GradientTape() as tape:
            tape.watch(bitmaps)
            sums, _ = self._trace_run(bitmaps, keep, active)
            values = tensorflow.linalg.matvec(sums[self._wiring.digit.name], direction)  # (n,)
        return values, tape.gradient(values, bitmaps)

    def _trace_run(self, bitmaps, keep, active):
        tensorflow = import_tensorflow()
        hidden = self._wiring.hidden
        kept = dict(zip([step.name for step in hidden], _split(tensorflow, keep, hidden), strict=True))
        is_active = {step.name: active[index] for index, step in enumerate(hidden)}
        sums, outputs = {}, {}
        for step in self._wiring.steps:
            if step.source is None:
                outputs[step.name] = bitmaps
            elif step.has_neurons:
                sums[step.name] = z = weighted_sum(step.layer, outputs[step.source])
                outputs[step.name] = step.layer.activation(z)
                if step.is_hidden:
                    bent = tensorflow.where(is_active[step.name], outputs[step.name], z)
                    outputs[step.name] = bent * kept[step.name]
            else:
                outputs[step.name] = step.layer(outputs[step.source], training=False)
        return sums, outputs


def weighted_sum(layer, inputs):
    """Return what a layer of neurons gives before its activation function."""
    from keras import ops

    if type(layer).__name__ == "Conv2D":
        z = layer.convolution_op(inputs, layer.kernel)
    else:
        z = ops.matmul(inputs, layer.kernel)
    return z + layer.bias if layer.bias is not None else z


def _concrete(tensorflow, function, *signature):
    return tensorflow.function(function, input_signature=list(signature)).get_concrete_function()


def _split(tensorflow, keep, hidden: list[Step]) -> list:
    return tensorflow.split(keep, [step.units for step in hidden]) if hidden else []


def _to_numpy(tensors: dict) -> Values:
    return {name: tensor.numpy() for name, tensor in tensors.items()}
