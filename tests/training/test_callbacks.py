"""A stopped training goes on from its last whole epoch, with its optimizer, whenever it was stopped."""

from pathlib import Path

import numpy as np
import pytest

pytestmark = pytest.mark.slow  # trains a Keras model


def small_model():
    import keras

    keras.utils.set_random_seed(3)
    model = keras.Sequential([keras.layers.Input((4,)), keras.layers.Dense(2)])
    model.compile(keras.optimizers.Adam(0.1), loss="mse")
    return model


def train(folder: Path, epochs: int):
    """Return the model trained up to `epochs`, from where `folder` says, and how far it was before."""
    from webapp.training.callbacks import Checkpoints

    model, checkpoints = small_model(), Checkpoints(folder)
    done = checkpoints.restore(model)
    inputs = np.arange(40, dtype=np.float32).reshape(10, 4) / 40
    model.fit(inputs, inputs[:, :2] * 2, batch_size=5, epochs=epochs, initial_epoch=done, shuffle=False,
              verbose=0, callbacks=[checkpoints])  # fmt: skip
    return model, done


def test_resumed_training_ends_with_the_same_weights(tmp_path):
    whole, _ = train(tmp_path / "whole", 4)
    train(tmp_path / "stopped", 2)
    resumed, done = train(tmp_path / "stopped", 4)
    assert done == 2
    assert all(map(np.array_equal, resumed.get_weights(), whole.get_weights()))


def test_checkpoints_keep_the_last_epoch_only(tmp_path):
    train(tmp_path, 12)
    assert [path.name for path in tmp_path.iterdir()] == ["12.weights.h5"]


def test_ended_training_is_restored_without_training_again(tmp_path):
    model, _ = train(tmp_path, 3)
    again, done = train(tmp_path, 3)
    assert done == 3
    assert all(map(np.array_equal, again.get_weights(), model.get_weights()))


def test_partial_checkpoint_is_ignored(tmp_path, monkeypatch):
    import keras

    def stop(self, path, overwrite):
        Path(path).write_bytes(b"half of it")
        raise KeyboardInterrupt

    train(tmp_path, 2)
    with monkeypatch.context() as patch:
        patch.setattr(keras.Model, "save_weights", stop)
        with pytest.raises(KeyboardInterrupt):
            train(tmp_path, 3)
    (tmp_path / "unfinished.weights.h5").write_bytes(b"left by a kill")
    assert train(tmp_path, 4)[1] == 2


def test_later_of_two_checkpoints_is_used(tmp_path):
    train(tmp_path, 2)
    (tmp_path / "1.weights.h5").write_bytes((tmp_path / "2.weights.h5").read_bytes())
    assert train(tmp_path, 3)[1] == 2
    assert [path.name for path in tmp_path.iterdir()] == ["3.weights.h5"]
