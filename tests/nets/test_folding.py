"""The folded network equals the batch-normalized one to 1e-5."""

import numpy as np
import pytest

pytestmark = pytest.mark.slow  # builds Keras models


def lively(name: str):
    """Return a normalized network as training leaves it: no weight and no statistic is at its start."""
    import keras

    from webapp.nets.architectures import ARCHITECTURES

    keras.utils.set_random_seed(3)
    model = ARCHITECTURES[name](batch_norm=True)
    random = np.random.default_rng(4)
    for layer in model.layers:
        if isinstance(layer, keras.layers.BatchNormalization):
            gamma, beta, mean, variance = layer.get_weights()
            size = gamma.shape
            layer.set_weights([random.uniform(0.5, 2, size), random.normal(0, 0.5, size),
                               random.normal(0, 0.5, size), random.uniform(0.3, 3, size)])  # fmt: skip
        elif layer.weights:
            kernel, bias = layer.get_weights()
            layer.set_weights([kernel, random.normal(0, 0.2, bias.shape)])
    return model


@pytest.mark.parametrize("name", ["shallow", "deep", "conv"])
def test_fold_preserves_both_outputs(name):
    from webapp.nets.architectures import ARCHITECTURES, fold_batch_norm

    trained = lively(name)
    plain = fold_batch_norm(trained, ARCHITECTURES[name]())
    bitmaps = np.random.default_rng(5).integers(0, 256, (16, 28, 28)).astype(np.float32)
    before, after = trained(bitmaps, training=False), plain(bitmaps, training=False)
    for answer in ("digit", "is_digit"):
        assert np.asarray(after[answer]) == pytest.approx(np.asarray(before[answer]), abs=1e-5)
    assert np.ptp(np.asarray(after["digit"]), axis=0).max() > 0.01  # the answers do differ among bitmaps


@pytest.mark.parametrize("name", ["shallow", "deep", "conv"])
def test_fold_removes_training_layers(name):
    from webapp.nets.architectures import ARCHITECTURES, fold_batch_norm

    kinds = {type(layer).__name__ for layer in fold_batch_norm(lively(name), ARCHITECTURES[name]()).layers}
    assert not kinds & {"BatchNormalization", "Dropout", "ReLU"}
