"""One run: train the model of a spec, obey the controls, report, and save what was learned."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import keras
import numpy as np

from webapp.lab.digits import Digits, with_wrong_labels
from webapp.lab.spec import LabSpec
from webapp.lab.training.network import build, make_augmenter
from webapp.lab.training.observer import Observer, finite
from webapp.training.card import describe_layers, save_model, versions
from webapp.training.datasets import Bitmaps

POINT_INTERVAL = 0.2  # seconds between two points of the curve
TIME_LIMIT = 900.0  # seconds of training; an audience waits no longer
DONE, STOPPED, FAILED = "done", "stopped", "failed"
PAUSED, TRAINING = "paused", "training"
NOT_A_NUMBER = (
    "The loss is no longer a number: the weights grew beyond all bounds. A lower learning rate prevents this."
)
OUT_OF_TIME = f"The run reached the time limit of {TIME_LIMIT / 60:.0f} minutes."

Emit = Callable[[dict], None]


@dataclass(frozen=True)
class Pinned:
    """Bitmaps uint8 (n, 28, 28) to predict at each point; the answers name their version."""

    version: int
    bitmaps: np.ndarray


NOTHING_PINNED = Pinned(0, np.empty((0, 28, 28), np.uint8))


class Controls:
    """What the presenter wants of the present run. `wait` returns the next command, or None without one.

    Args:
        wait: takes the seconds to wait, None for any time.
        pause_after: "step" or "epoch", after which the run pauses; None trains on.
    """

    def __init__(self, wait: Callable[[float | None], dict | None], pause_after: str | None = None):
        self._wait = wait
        self.is_stopped = False
        self.pinned = NOTHING_PINNED
        self._steps_left: float = float("inf")  # batches until the next pause; inf trains on
        self._pauses_after_epoch = False
        if pause_after is not None:
            self._obey({"command": pause_after})

    def after_batch(self, on_pause: Callable[[], None]) -> float:
        """Obey the commands that came; block while paused. Return the seconds spent paused.

        Args:
            on_pause: called once when a pause begins, and after a command that changes what is shown.
        """
        self._steps_left -= 1
        self.obey_waiting()
        started = time.perf_counter()
        if self._is_paused:
            on_pause()
        while self._is_paused:
            command = self._wait(None)
            if command is not None:
                self._obey(command)
                if command["command"] == "pin":
                    on_pause()
        return time.perf_counter() - started

    def obey_waiting(self) -> None:
        """Obey the commands that came since the last call."""
        while (command := self._wait(0)) is not None:
            self._obey(command)

    def after_epoch(self) -> None:
        """Pause now if the presenter wanted this epoch only."""
        if self._pauses_after_epoch:
            self._pauses_after_epoch, self._steps_left = False, 1  # after the next batch's count

    @property
    def _is_paused(self) -> bool:
        return self._steps_left <= 0 and not self.is_stopped

    def _obey(self, command: dict) -> None:
        kind = command["command"]
        if kind == "stop":
            self.is_stopped = True
        elif kind == "pin":
            self.pinned = command["pinned"]
        elif kind in ("pause", "resume", "step", "epoch"):
            self._steps_left = {"pause": 0, "step": 1}.get(kind, float("inf"))
            self._pauses_after_epoch = kind == "epoch"


class Session(keras.callbacks.Callback):
    """Trains one model; its events describe the progress.

    Args:
        run: number of the run.
        emit: sends an event.
    """

    def __init__(self, run: int, spec: LabSpec, digits: Digits, controls: Controls, emit: Emit):
        super().__init__()
        self._run = run
        self._spec = spec
        self._digits = digits
        self._controls = controls
        self._emit = emit
        keras.utils.set_random_seed(spec.seed)
        self._labels = with_wrong_labels(digits.train.labels[: spec.samples], spec.wrong_labels, spec.seed)
        self._train = Bitmaps(digits.train.bitmaps[: spec.samples], self._labels)
        self._net = build(spec, f"run_{run}")
        self._observer = Observer(self._net, self._train, digits.validation)
        self._epoch_steps = -(-spec.samples // spec.batch_size)
        self._steps = self._epoch_steps * spec.epochs
        self._step = 0
        self._paused = 0.0  # seconds
        self._started = self._point_at = time.perf_counter()
        self._next_early = 1  # the first points come after 1, 2, 4, 8, ... batches
        self._reason: str | None = None

    def train(self) -> tuple[str, str | None]:
        """Train until the end, the stop or a failure. Return the status and a reason, or None."""
        self._report(TRAINING, {}, self._observer.weights.now())  # the first weights
        self._controls.obey_waiting()  # such as a pause before the first batch
        random = np.random.default_rng(self._spec.seed)
        augmenter = make_augmenter(self._spec.seed) if self._spec.augment else None
        for _ in range(self._spec.epochs):
            order = random.permutation(len(self._train))
            bitmaps = self._train.bitmaps[order]  # shuffled here, the same for the same seed
            if augmenter is not None:
                varied = augmenter(bitmaps[..., None].astype(np.float32), training=True)
                bitmaps = keras.ops.convert_to_numpy(varied)[..., 0]
            self._net.fit(
                bitmaps,
                self._train.labels[order],
                batch_size=self._spec.batch_size,
                shuffle=False,
                verbose=0,
                callbacks=[self],
            )
            if self._reason or self._controls.is_stopped:
                break
        if self._reason == NOT_A_NUMBER:
            return FAILED, self._reason
        self._report(TRAINING, {})
        stopped_early = self._controls.is_stopped or self._reason
        return (STOPPED if stopped_early else DONE), self._reason

    def on_train_batch_end(self, batch: int, logs: dict | None = None) -> None:
        self._step += 1
        logs = logs or {}
        if not np.isfinite(logs.get("loss", 0.0)):
            self._end(NOT_A_NUMBER)
        elif self._step == self._next_early or time.perf_counter() - self._point_at >= POINT_INTERVAL:
            self._next_early = max(self._next_early, 2 * self._step)
            self._report(TRAINING, logs)
        if batch == self._epoch_steps - 1:
            self._controls.after_epoch()
        self._paused += self._controls.after_batch(lambda: self._report(PAUSED, logs))
        if self._controls.is_stopped:
            self.model.stop_training = True
        elif self._seconds() > TIME_LIMIT:
            self._end(OUT_OF_TIME)

    def _end(self, reason: str) -> None:
        self._reason = reason
        self.model.stop_training = True

    def _seconds(self) -> float:
        return time.perf_counter() - self._started - self._paused

    def _report(self, status: str, logs: dict, look: dict | None = None) -> None:
        """Send an update with a look at the network, by default with what is due; reset the means."""
        if look is None:
            look = self._look(is_complete=status == PAUSED or not logs)  # before time is read
        done = self._step / self._steps
        self._emit(
            {
                "event": "update",
                "run": self._run,
                "status": status,
                "step": self._step,
                "epoch": round(self._step / self._epoch_steps, 4),
                "loss": finite(logs["loss"]) if logs else None,
                "accuracy": float(logs["accuracy"]) if logs else None,
                "seconds": round(self._seconds(), 2),
                "seconds_left": round(self._seconds() * (1 / done - 1), 1) if done else None,
            }
            | look
        )
        self._net.reset_metrics()
        self._point_at = time.perf_counter()

    def _look(self, is_complete: bool) -> dict:
        """Return all that is seen, or what is due. Looks are compiled after the first, quick point."""
        looks = self._observer
        if self._step == 1 and not is_complete:
            return {}
        kinds = (looks.validate, looks.weights, looks.gradients)
        pinned = self._controls.pinned
        found = {"pinned": looks.predict(pinned.bitmaps), "pinned_version": pinned.version}
        for look in kinds:
            found |= look.now() if is_complete else look()
        return found

    def test(self) -> float:
        """Return the accuracy on the test digits."""
        bitmaps, labels = self._digits.test.bitmaps.astype(np.float32), self._digits.test.labels
        predicted = self._net.predict(bitmaps, batch_size=500, verbose=0).argmax(axis=1)
        return float((predicted == labels).mean())

    def save(self, folder: Path, card: dict, test_accuracy: float) -> None:
        """Write the .keras and .tflite file and the card of the network as it is now."""
        seconds = round(self._seconds(), 1)
        card = card | {
            "parameters": int(self._net.count_params()),
            "layers": describe_layers(self._net),
            "versions": versions(),
            "scores": {"lab_test": test_accuracy},
        }
        card["training"] = card["training"] | {"seconds": seconds, "steps": self._step}
        save_model(folder, self._net, card)
