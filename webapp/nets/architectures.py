"""The ladder of networks, from no hidden layer to convolutions, as the Keras lines that build them.

Every network takes the bitmap itself, (n, 28, 28) with values from 0 to 255, and gives two answers:
    digit      (n, 10)  softmax: how likely each digit is, if it is a digit
    is_digit   (n, 1)   sigmoid: how likely it is a digit at all

A neuron is the weighted sum of its inputs plus a bias, put through an activation function. Without a
hidden layer a network is linear: one template a digit. One hidden layer with an activation function
that is no straight line already is not linear. With two or more hidden layers it is called deep.

`normalise=True` puts batch normalisation (Ioffe and Szegedy 2015) behind each hidden layer's sum while
it is trained; folding.py then works it into weights and biases, so that what is shipped and shown is
the plain network below, with the same answers.
"""

import keras
from keras import layers

# Of the averages that batch normalisation keeps: of about the last 50 batches, so that they are settled
# even at the end of a short training.
NORM_MOMENTUM = 0.98


def linear(normalise: bool = False) -> keras.Model:
    """No hidden layer: ten weighted sums of the 784 pixels."""
    inputs, x = _bitmap()
    x = layers.Flatten(name="flatten")(x)
    return _answers("linear", inputs, x)


def shallow(normalise: bool = False) -> keras.Model:
    """One hidden layer of 128 neurons: a neural network."""
    inputs, x = _bitmap()
    x = layers.Flatten(name="flatten")(x)
    x = _hidden(layers.Dense(128, name="hidden"), x, normalise)
    return _answers("shallow", inputs, x)


def deep(normalise: bool = False) -> keras.Model:
    """Two hidden layers of 128 neurons each: a deep neural network."""
    inputs, x = _bitmap()
    x = layers.Flatten(name="flatten")(x)
    x = _hidden(layers.Dense(128, name="hidden_1"), x, normalise)
    x = _hidden(layers.Dense(128, name="hidden_2"), x, normalise)
    return _answers("deep", inputs, x)


def conv(normalise: bool = False) -> keras.Model:
    """Five convolutional layers and a dense one: neurons that look at a small patch, everywhere alike."""
    inputs, x = _bitmap()
    x = layers.Reshape((28, 28, 1), name="channel")(x)
    x = _hidden(layers.Conv2D(16, 5, padding="same", name="conv_1"), x, normalise)
    x = layers.MaxPooling2D(2, name="pool_1")(x)  # (n, 14, 14, 16)
    x = _hidden(layers.Conv2D(48, 3, padding="same", name="conv_2"), x, normalise)
    x = _hidden(layers.Conv2D(64, 3, padding="same", name="conv_3"), x, normalise)
    x = layers.MaxPooling2D(2, name="pool_2")(x)  # (n, 7, 7, 64)
    x = _hidden(layers.Conv2D(96, 3, padding="same", name="conv_4"), x, normalise)
    x = _hidden(layers.Conv2D(96, 3, padding="valid", name="conv_5"), x, normalise)  # (n, 5, 5, 96)
    x = layers.Flatten(name="flatten")(x)
    if normalise:
        x = layers.Dropout(0.3, name="dropout")(x)
    x = _hidden(layers.Dense(96, name="hidden"), x, normalise)
    if normalise:
        x = layers.Dropout(0.3, name="dropout_2")(x)
    return _answers("conv", inputs, x)


LADDER = {"linear": linear, "shallow": shallow, "deep": deep, "conv": conv}


def _bitmap() -> tuple[keras.KerasTensor, keras.KerasTensor]:
    """Return the input layer and the bitmap as greys from 0 to 1."""
    inputs = layers.Input((28, 28), name="bitmap")
    return inputs, layers.Rescaling(1 / 255, name="grey")(inputs)


def _hidden(layer: layers.Layer, x: keras.KerasTensor, normalise: bool) -> keras.KerasTensor:
    """Put a hidden layer with ReLU behind `x`; normalised, its sum, norm and activation are three layers."""
    if not normalise:
        layer.activation = keras.activations.relu
        return layer(x)
    x = layers.BatchNormalization(momentum=NORM_MOMENTUM, name=f"{layer.name}_norm")(layer(x))
    return layers.ReLU(name=f"{layer.name}_relu")(x)


def _answers(name: str, inputs: keras.KerasTensor, x: keras.KerasTensor) -> keras.Model:
    """Put the two output layers behind `x`."""
    outputs = {
        "digit": layers.Dense(10, activation="softmax", name="digit")(x),
        "is_digit": layers.Dense(1, activation="sigmoid", name="is_digit")(x),
    }
    return keras.Model(inputs, outputs, name=name)
