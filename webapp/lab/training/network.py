"""Build and compile the Keras model of a spec; the same layers as in keras_program.py."""

import keras
from keras import layers

from webapp.lab.plan import named_layers
from webapp.lab.spec import CONV, HiddenLayer, LabSpec

OPTIMIZERS = {
    "adam": keras.optimizers.Adam,
    "sgd": keras.optimizers.SGD,
    "momentum": lambda rate: keras.optimizers.SGD(rate, momentum=0.9),
    "rmsprop": keras.optimizers.RMSprop,
}


def step(x: keras.KerasTensor) -> keras.KerasTensor:
    """Return 1 where a weighted sum is positive, else 0."""
    return keras.ops.cast(x > 0, "float32")


keras.saving.register_keras_serializable("inkwise")(step)  # so that a saved network names it


def build(spec: LabSpec, name: str) -> keras.Model:
    """Return the compiled model: bitmaps (n, 28, 28) from 0 to 255 -> digit (n, 10).

    Set the random seed first: the first weights depend on it.
    """
    inputs = layers.Input((28, 28), name="bitmap")
    x = layers.Rescaling(1 / 255, name="grey")(inputs)
    if any(layer.kind == CONV for layer in spec.layers):
        x = layers.Reshape((28, 28, 1), name="channel")(x)
    for layer_name, layer in named_layers(spec):
        x = _add(layer_name, layer, spec.l2, x)
    outputs = layers.Dense(10, activation="softmax", name="digit")(_flat(x))
    model = keras.Model(inputs, outputs, name=name)
    model.compile(
        OPTIMIZERS[spec.optimizer](spec.learning_rate),
        loss="sparse_categorical_crossentropy",
        metrics=["accuracy"],
    )
    return model


def _add(name: str, layer: HiddenLayer, l2: float, x: keras.KerasTensor) -> keras.KerasTensor:
    """Add a hidden layer with its pooling and dropout."""
    options = {
        "activation": {"none": None, "step": step}.get(layer.activation, layer.activation),
        "kernel_regularizer": keras.regularizers.L2(l2) if l2 else None,
        "name": name,
    }
    if layer.kind == CONV:
        x = layers.Conv2D(layer.units, layer.size, padding="same", **options)(x)
        if layer.pool:
            x = layers.MaxPooling2D(2, name=f"{name}_pool")(x)
    else:
        x = layers.Dense(layer.units, **options)(_flat(x))
    return layers.Dropout(layer.dropout, name=f"{name}_dropout")(x) if layer.dropout else x


def _flat(x: keras.KerasTensor) -> keras.KerasTensor:
    return layers.Flatten(name="flatten")(x) if len(x.shape) > 2 else x


def make_augmenter(seed: int) -> keras.Sequential:
    """Return layers that shift and turn bitmaps (n, 28, 28, 1) a little, differently at each call."""
    return keras.Sequential(
        [
            layers.RandomTranslation(0.07, 0.07, fill_mode="constant", seed=seed),
            layers.RandomRotation(0.03, fill_mode="constant", seed=seed),
        ]
    )
