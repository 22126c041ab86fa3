"""What is seen of a run: loss and accuracy, weight pictures, pinned digits, confusion matrix, gradients.

Looking costs time that training needs. So each kind of look is repeated only so often that it takes a
fiftieth of the time.
"""

import base64
import time
from collections.abc import Callable

import keras
import numpy as np

from webapp.training.datasets import Bitmaps
from webapp.training.tensorflow_setup import import_tensorflow

MOST_PICTURES = 32  # of the first layer
LOOK_SHARE = 0.02  # of the time that looks of one kind may take
VALIDATED = 1_000  # validation digits read at a point
GRADIENT_BATCH = 64


class Budget:
    """Runs a function at most so often that it takes LOOK_SHARE of the time.

    The first call is not counted: TensorFlow compiles the function then.
    """

    def __init__(self, look: Callable[[], dict]):
        self._look = look
        self._due = 0.0
        self._is_compiled = False

    def __call__(self) -> dict:
        """Return what the function returns, or {} if it is too early for the next look."""
        started = time.perf_counter()
        if started < self._due:
            return {}
        found = self._look()
        ended = time.perf_counter()
        self._due = ended + (ended - started) / LOOK_SHARE if self._is_compiled else 0.0
        self._is_compiled = True
        return found

    def now(self) -> dict:
        """Return what the function returns, due or not."""
        self._due = 0.0
        return self()


class Observer:
    """Looks at one model while it is trained.

    Args:
        validation: digits that are not trained on.
        train: the training digits, for gradients.
    """

    def __init__(self, model: keras.Model, train: Bitmaps, validation: Bitmaps):
        self._model = model
        self._validation = Bitmaps(validation.bitmaps[:VALIDATED], validation.labels[:VALIDATED])
        self._inputs = self._validation.bitmaps.astype(np.float32)
        self._kernels = [
            (layer.name, layer.kernel)
            for layer in model.layers
            if isinstance(layer, keras.layers.Dense | keras.layers.Conv2D)
        ]
        self._batch = train.bitmaps[:GRADIENT_BATCH].astype(np.float32), train.labels[:GRADIENT_BATCH]
        self._norms = _make_norms(model, [kernel for _, kernel in self._kernels])
        self.validate = Budget(self._validate)
        self.gradients = Budget(self._gradients)
        self.weights = Budget(self._weights)

    def _validate(self) -> dict:
        """Return validation loss and accuracy, and the confusion matrix by true label and prediction."""
        labels = self._validation.labels
        probabilities = self._model.predict_on_batch(self._inputs)  # (n, 10)
        right = probabilities[np.arange(len(labels)), labels]
        predicted = probabilities.argmax(axis=1)
        confusion = np.zeros((10, 10), int)
        np.add.at(confusion, (labels, predicted), 1)
        return {
            "val_loss": finite(-np.log(np.maximum(right, 1e-7)).mean()),
            "val_accuracy": float((predicted == labels).mean()),
            "confusion": confusion.tolist(),
        }

    def _gradients(self) -> dict:
        """Return the length of the loss's gradient for the weights of each layer, on one batch."""
        norms = self._norms(*self._batch)
        names = [name for name, _ in self._kernels]
        return {
            "gradients": [
                {"layer": name, "norm": finite(norm)} for name, norm in zip(names, norms.numpy(), strict=True)
            ]
        }

    def _weights(self) -> dict:
        """Return the first layer's weights as pictures, int8, scaled to the largest absolute weight."""
        kernel = keras.ops.convert_to_numpy(self._kernels[0][1])
        side = kernel.shape[0] if kernel.ndim == 4 else 28
        pictures = kernel.reshape(side * side, -1).T[:MOST_PICTURES]  # (units, pixels)
        scale = np.abs(pictures).max()
        if not np.isfinite(scale) or scale == 0:
            return {}
        pixels = np.round(pictures / scale * 127).astype(np.int8)
        return {
            "weights": {
                "count": len(pixels),
                "side": side,
                "pixels": base64.b64encode(pixels.tobytes()).decode(),
            }
        }

    def predict(self, bitmaps: np.ndarray) -> list[list[float]]:
        """Return ten probabilities for each of `bitmaps`, uint8 (n, 28, 28)."""
        if not len(bitmaps):
            return []
        found = self._model.predict_on_batch(bitmaps.astype(np.float32))
        return [[finite(value) or 0.0 for value in row] for row in found]


def _make_norms(model: keras.Model, kernels: list[keras.Variable]) -> Callable:
    """Return a compiled function: the norm of the loss's gradient for each of `kernels`, float32 (n,)."""
    tensorflow = import_tensorflow()

    def norms(bitmaps: object, labels: object) -> object:
        with tensorflow.GradientTape() as tape:
            outputs = model(bitmaps, training=False)
            losses = keras.losses.sparse_categorical_crossentropy(labels, outputs)
            loss = tensorflow.reduce_mean(losses)
        gradients = tape.gradient(loss, [kernel.value for kernel in kernels], unconnected_gradients="zero")
        return tensorflow.stack([tensorflow.norm(gradient) for gradient in gradients])

    return tensorflow.function(norms)


def finite(value: float) -> float | None:
    """Return a number for JSON, None for NaN and infinities."""
    return float(value) if np.isfinite(value) else None
