"""Keep what a stopped training goes on from: weights and optimizer after the last whole epoch.

Keras's own BackupAndRestore writes weights and the epoch's number into two files, one after the other: a
stop between them gives a training that cannot go on, or goes on from the wrong epoch. Here the number is
the file's name, and the file is moved to its place when it is whole.
"""

import os
from pathlib import Path

import keras

ENDING = ".weights.h5"


class Checkpoints(keras.callbacks.Callback):
    """Writes a checkpoint into `folder` after every epoch, and takes the one before away."""

    def __init__(self, folder: Path):
        super().__init__()
        self._folder = folder

    def restore(self, model: keras.Model) -> int:
        """Return how many epochs a training before has ended, with the compiled `model` as it was then."""
        done = max(self._epochs(), default=0)
        if done:
            model.optimizer.build(model.trainable_variables)
            model.load_weights(self._path(done))
        return done

    def on_epoch_end(self, epoch: int, logs: dict | None = None) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        unfinished = self._folder / f"unfinished{ENDING}"
        try:
            self.model.save_weights(unfinished, overwrite=True)
            os.replace(unfinished, self._path(epoch + 1))
        finally:
            unfinished.unlink(missing_ok=True)
        for old in set(self._epochs()) - {epoch + 1}:
            self._path(old).unlink()

    def _path(self, epochs: int) -> Path:
        return self._folder / f"{epochs}{ENDING}"

    def _epochs(self) -> list[int]:
        """Return the numbers of all checkpoints; a stop may have left two."""
        names = [path.name.removesuffix(ENDING) for path in self._folder.glob(f"*{ENDING}")]
        return [int(name) for name in names if name.isdigit()]
