"""What is seen of a training while it runs, and kept of it: a progress bar, and the curves."""

import json
import os
from pathlib import Path

import keras
from tqdm import tqdm


class ProgressBar(keras.callbacks.Callback):
    """One bar over the batches of all epochs, with the time left; it starts where a stopped run goes on."""

    def __init__(self, title: str):
        super().__init__()
        self._title = title
        self._bar = None

    def on_epoch_begin(self, epoch: int, logs: dict | None = None) -> None:
        if self._bar is None:
            steps, epochs = self.params["steps"], self.params["epochs"]
            self._bar = tqdm(
                total=steps * epochs, initial=steps * epoch, desc=self._title, mininterval=0.5,
                bar_format="{desc} {percentage:3.0f} %|{bar}| {remaining} left{postfix}",
            )  # fmt: skip

    def on_train_batch_end(self, batch: int, logs: dict | None = None) -> None:
        self._bar.update()

    def on_epoch_end(self, epoch: int, logs: dict | None = None) -> None:
        self._bar.set_postfix_str(f"epoch {epoch + 1} of {self.params['epochs']}, loss {logs['loss']:.3f}")

    def close(self) -> None:
        """Leave the bar as it stands and go to the next line."""
        if self._bar is not None:
            self._bar.close()


class CurveFile(keras.callbacks.Callback):
    """The loss and accuracy of every epoch, kept in a file so that a stopped run loses none."""

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
        """Return the curves; none where no epoch has ended."""
        return json.loads(self._path.read_text("utf-8")) if self._path.exists() else {}
