"""Keras callbacks of a training: checkpoints, learning curves, a progress bar."""

import json
import os
from pathlib import Path

import keras
from tqdm import tqdm

ENDING = ".weights.h5"


class Checkpoints(keras.callbacks.Callback):
    """Saves weights and optimizer into `folder` after every epoch, and deletes the checkpoint before.

    Keras's BackupAndRestore writes the weights and the number of the epoch into two files: after a stop
    between them a training cannot continue, or continues from the wrong epoch. Here the number is the name of
    the file, which is renamed when it is complete.
    """

    def __init__(self, folder: Path):
        super().__init__()
        self._folder = folder

    def restore(self, model: keras.Model) -> int:
        """Load the newest checkpoint into the compiled `model`; return the number of completed epochs."""
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
        """Return the epochs of all checkpoints; an interrupted run may leave two."""
        names = [path.name.removesuffix(ENDING) for path in self._folder.glob(f"*{ENDING}")]
        return [int(name) for name in names if name.isdigit()]


class ProgressBar(keras.callbacks.Callback):
    """One progress bar for the batches of all epochs, with the remaining time."""

    def __init__(self, title: str):
        super().__init__()
        self._title = title
        self._bar: tqdm | None = None

    def on_epoch_begin(self, epoch: int, logs: dict | None = None) -> None:
        if self._bar is None:
            steps, epochs = self.params["steps"], self.params["epochs"]
            self._bar = tqdm(
                total=steps * epochs, initial=steps * epoch, desc=self._title, mininterval=0.5,
                bar_format="{desc} {percentage:3.0f} %|{bar}| {remaining} left{postfix}",
            )  # fmt: skip

    def on_train_batch_end(self, batch: int, logs: dict | None = None) -> None:
        if self._bar is not None:
            self._bar.update()

    def on_epoch_end(self, epoch: int, logs: dict | None = None) -> None:
        if self._bar is not None and logs:
            self._bar.set_postfix_str(
                f"epoch {epoch + 1} of {self.params['epochs']}, loss {logs['loss']:.3f}"
            )

    def close(self) -> None:
        """End the bar and go to the next line."""
        if self._bar is not None:
            self._bar.close()


class CurveFile(keras.callbacks.Callback):
    """Writes loss and accuracy of every epoch into a file, which a resumed training continues."""

    def __init__(self, path: Path):
        super().__init__()
        self._path = path

    def on_epoch_end(self, epoch: int, logs: dict | None = None) -> None:
        curves = {name: values[:epoch] for name, values in self.read().items()}
        for name, value in (logs or {}).items():
            curves.setdefault(name, []).append(float(value))
        self._path.parent.mkdir(parents=True, exist_ok=True)
        partial = self._path.with_suffix(".part")
        partial.write_text(json.dumps(curves), "utf-8")
        os.replace(partial, self._path)

    def read(self) -> dict[str, list[float]]:
        """Return the curves, empty before the end of the first epoch."""
        return json.loads(self._path.read_text("utf-8")) if self._path.exists() else {}
