"""Work batch normalisation into the weights and biases before it, so that the plain network remains.

Batch normalisation (Ioffe and Szegedy 2015) helps training. Afterwards it is a fixed scale and shift of
each neuron's weighted sum, and so is a weight and a bias: both say the same, the plain form with less.
"""

import keras
import numpy as np


def fold(trained: keras.Model, plain: keras.Model) -> keras.Model:
    """Copy the weights of `trained` into `plain`, the same network without batch normalisation.

    Layers belong together by name; NAME_norm is the normalisation behind NAME.

    Returns:
        `plain`, whose answers equal those of `trained` but for rounding.
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
    scale = gamma / np.sqrt(variance + norm.epsilon)  # one for each unit, the kernel's last axis
    return [kernel * scale, (bias - mean) * scale + beta]
