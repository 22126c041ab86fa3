"""The four networks, from no hidden layer to convolutions, as Keras code.

Input: the bitmap, (n, 28, 28) with values from 0 to 255. Outputs:
    digit      (n, 10)  softmax: the probability of each digit, given that it is a digit
    is_digit   (n, 1)   sigmoid: the probability that it is a digit

A neuron is the weighted sum of its inputs plus a bias, put through an activation function. A network without
a hidden layer is linear: one template for each digit. One hidden layer with a non-linear activation function
already makes it non-linear. With two or more hidden layers a network is called deep.

`batch_norm=True` adds batch normalization (Ioffe and Szegedy 2015) after each hidden layer's weighted sum,
for training. `fold_batch_norm` then merges it into weights and biases: the shipped network is the plain one,
with equal outputs.
"""

import keras
import numpy as np
from keras import layers

# Moving averages over about the last 50 batches: stable even after a short training.
NORM_MOMENTUM = 0.98


def linear(batch_norm: bool = False) -> keras.Model:
    """Return a network without a hidden layer: ten weighted sums of the 784 pixels."""
    inputs, x = _bitmap()
    x = layers.Flatten(name="flatten")(x)
    return _outputs("linear", inputs, x)


def shallow(batch_norm: bool = False) -> keras.Model:
    """Return a network with one hidden layer of 128 neurons."""
    inputs, x = _bitmap()
    x = layers.Flatten(name="flatten")(x)
    x = _hidden(layers.Dense(128, name="hidden"), x, batch_norm)
    return _outputs("shallow", inputs, x)


def deep(batch_norm: bool = False) -> keras.Model:
    """Return a deep network: two hidden layers of 128 neurons each."""
    inputs, x = _bitmap()
    x = layers.Flatten(name="flatten")(x)
    x = _hidden(layers.Dense(128, name="hidden_1"), x, batch_norm)
    x = _hidden(layers.Dense(128, name="hidden_2"), x, batch_norm)
    return _outputs("deep", inputs, x)


def conv(batch_norm: bool = False) -> keras.Model:
    """Return a network of four convolutional layers, which share weights by position, and a dense one."""
    inputs, x = _bitmap()
    x = layers.Reshape((28, 28, 1), name="channel")(x)
    x = _hidden(layers.Conv2D(16, 5, padding="same", name="conv_1"), x, batch_norm)
    x = layers.MaxPooling2D(2, name="pool_1")(x)  # (n, 14, 14, 16)
    x = _hidden(layers.Conv2D(32, 3, padding="same", name="conv_2"), x, batch_norm)
    x = layers.MaxPooling2D(2, name="pool_2")(x)  # (n, 7, 7, 32)
    x = _hidden(layers.Conv2D(96, 3, padding="same", name="conv_3"), x, batch_norm)
    x = _hidden(layers.Conv2D(96, 3, padding="valid", name="conv_4"), x, batch_norm)  # (n, 5, 5, 96)
    x = layers.Flatten(name="flatten")(x)
    if batch_norm:
        x = layers.Dropout(0.3, name="dropout")(x)
    x = _hidden(layers.Dense(96, name="hidden"), x, batch_norm)
    if batch_norm:
        x = layers.Dropout(0.3, name="dropout_2")(x)
    return _outputs("conv", inputs, x)


ARCHITECTURES = {"linear": linear, "shallow": shallow, "deep": deep, "conv": conv}


def _bitmap() -> tuple[keras.KerasTensor, keras.KerasTensor]:
    """Return the input layer and the bitmap scaled to 0 to 1."""
    inputs = layers.Input((28, 28), name="bitmap")
    return inputs, layers.Rescaling(1 / 255, name="grey")(inputs)


def _hidden(layer: layers.Layer, x: keras.KerasTensor, batch_norm: bool) -> keras.KerasTensor:
    """Add a hidden layer with ReLU; with batch normalization: sum, norm and activation as three layers."""
    if not batch_norm:
        layer.activation = keras.activations.relu
        return layer(x)
    x = layers.BatchNormalization(momentum=NORM_MOMENTUM, name=f"{layer.name}_norm")(layer(x))
    return layers.ReLU(name=f"{layer.name}_relu")(x)


def _outputs(name: str, inputs: keras.KerasTensor, x: keras.KerasTensor) -> keras.Model:
    """Add the two output layers."""
    outputs = {
        "digit": layers.Dense(10, activation="softmax", name="digit")(x),
        "is_digit": layers.Dense(1, activation="sigmoid", name="is_digit")(x),
    }
    return keras.Model(inputs, outputs, name=name)


def fold_batch_norm(trained: keras.Model, plain: keras.Model) -> keras.Model:
    """Copy the weights of `trained` into `plain`, the same network without batch normalization.

    After training, batch normalization is a fixed scale and shift of each neuron's weighted sum, so it can be
    merged into weights and bias. Layers correspond by name; NAME_norm is the normalization after NAME.

    Returns:
        `plain`, whose outputs equal those of `trained` up to rounding.
    """
    norms = {layer.name: layer for layer in trained.layers}
    for layer in plain.layers:
        if not layer.weights:
            continue
        kernel, bias = trained.get_layer(layer.name).get_weights()
        norm = norms.get(f"{layer.name}_norm")
        layer.set_weights([kernel, bias] if norm is None else _folded(kernel, bias, norm))
    return plain


def _folded(kernel: np.ndarray, bias: np.ndarray, norm: keras.layers.BatchNormalization) -> list[np.ndarray]:
    gamma, beta, mean, variance = norm.get_weights()
    scale = gamma / np.sqrt(variance + norm.epsilon)  # (units,), the kernel's last axis
    return [kernel * scale, (bias - mean) * scale + beta]
