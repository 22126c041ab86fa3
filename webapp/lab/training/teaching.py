"""Fine-tune a network on the room's drawings, mixed with what it knew, and compare it before and after."""

import base64
import math
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import keras
import numpy as np

from webapp.errors import ModelError
from webapp.lab.digits import Digits
from webapp.lab.training.observer import finite
from webapp.lab.training.room_mixture import (
    TUNING,
    RoomMixture,
    TaughtDrawing,
    Tuning,
    has_is_digit,
    run_network,
)
from webapp.lab.training.session import DONE, FAILED, STOPPED, TRAINING, Controls, Emit
from webapp.nets.cards import check_file, read_card
from webapp.nets.network import DIGITS
from webapp.training.card import describe_layers, save_model, versions

TIME_LIMIT = 55.0  # seconds from the start to the second evaluation's end; saving takes a few more
LEAST_TRAINING = 5.0  # seconds of training, however long the preparation took
UPDATE_INTERVAL = 0.5  # seconds
DECAYED = 0.1  # of the learning rate is left at the end
SIDE = 28
NOT_A_NUMBER = (
    "The loss is no longer a number, so there is no taught network; pages and phones keep the one they have. "
    "Teach again, from another network."
)
OUT_OF_TIME = "The time limit ended it after {percent} % of the planned steps."


@dataclass(frozen=True)
class RoomDrawings:
    """The room's labeled drawings: what is learned, and all bitmaps, which measure it.

    Attributes:
        taught: drawings to learn.
        bitmaps: uint8 (n, 28, 28), of taught and held-out drawings.
    """

    taught: list[TaughtDrawing]
    bitmaps: np.ndarray


def read_drawings(command: dict[str, Any]) -> RoomDrawings:
    """Return the drawings of a "teach" command, with a share of wrong labels if it wants them."""
    taught = [each for each in command["drawings"] if "strokes" in each]
    labels = np.array([each["label"] for each in taught])
    labels = mistake_digits(labels, command["wrong_labels"], command["seed"])
    content = b"".join(base64.b64decode(each["bitmap"]) for each in command["drawings"])
    return RoomDrawings(
        [
            TaughtDrawing([np.asarray(stroke, float) for stroke in each["strokes"]], int(label))
            for each, label in zip(taught, labels, strict=True)
        ],
        np.frombuffer(content, np.uint8).reshape(-1, SIDE, SIDE),
    )


def mistake_digits(labels: np.ndarray, share: float, seed: int) -> np.ndarray:
    """Return labels int (n,) of which a share is mistaken: each digit for one other, such as all 3s for 7s.

    A network learns such a mistake; labels at random, which nothing has in common, it mostly ignores.
    """
    random = np.random.default_rng(seed)
    is_wrong = random.random(len(labels)) < share
    return np.where(is_wrong, (labels + random.integers(1, DIGITS)) % DIGITS, labels)


def load_base(path: Path) -> keras.Model:
    """Return the network of a .keras file after a check of its hash. Raises ModelError."""
    check_file(path, read_card(path.parent, path.stem)["sha256"])
    model = keras.models.load_model(path, compile=False)
    if tuple(model.input_shape[1:]) != (SIDE, SIDE):
        raise ModelError(f"expected a network of {SIDE}x{SIDE} pixels, received {model.input_shape}")
    return model


def cosine_decay(share: float) -> float:
    """Return the factor of the learning rate after a share of the training: from 1 to DECAYED."""
    return DECAYED + (1 - DECAYED) * (1 + math.cos(math.pi * share)) / 2


class Teaching(keras.callbacks.Callback):
    """Fine-tunes one network; its events describe the progress.

    Args:
        number: of the teaching, for its events.
        model: the network, which is changed.
        emit: sends an event.
    """

    def __init__(
        self,
        number: int,
        model: keras.Model,
        drawings: RoomDrawings,
        digits: Digits,
        controls: Controls,
        emit: Emit,
        seed: int = 1,
        tuning: Tuning = TUNING,
    ):
        super().__init__()
        self._number = number
        self._net = model
        self._bitmaps = drawings.bitmaps
        self._test = digits.test
        self._controls = controls
        self._emit = emit
        self._learning_rate = tuning.learning_rate
        self._started = self._told_at = time.perf_counter()
        keras.utils.set_random_seed(seed)
        self._report(0.0, None)
        self._before = self._readings()
        evaluation = time.perf_counter() - self._started
        self._batches = RoomMixture(drawings.taught, digits.train, model, tuning, seed)
        self._training_from = time.perf_counter()
        prepared = self._training_from - self._started
        self._limit = max(LEAST_TRAINING, TIME_LIMIT - prepared - evaluation)  # seconds of training
        self._step = 0
        self._has_failed = False

    def train(self) -> tuple[str, str | None]:
        """Train until the end, the stop or the time limit. Return the status and a reason, or None."""
        both = {"digit": "categorical_crossentropy", "is_digit": "binary_crossentropy"}
        self._net.compile(
            keras.optimizers.Adam(self._learning_rate),
            loss=both if has_is_digit(self._net) else both["digit"],
        )
        self._net.fit(self._batches, shuffle=False, verbose=0, callbacks=[self])
        # The loss of a step is that before its update, so the last update shows in the outputs alone.
        if self._has_failed or not np.isfinite(run_network(self._net, self._bitmaps).digit).all():
            return FAILED, NOT_A_NUMBER
        if self._controls.is_stopped:
            return STOPPED, None
        percent = self._step * 100 // len(self._batches)
        return DONE, OUT_OF_TIME.format(percent=percent) if percent < 100 else None

    def on_train_batch_end(self, batch: int, logs: dict | None = None) -> None:
        self._step += 1
        now = time.perf_counter()
        self._controls.obey_waiting()
        self._has_failed = finite((logs or {}).get("loss", 0.0)) is None
        trained = now - self._training_from
        if self._has_failed or trained > self._limit or self._controls.is_stopped:
            self.model.stop_training = True
        done = self._step / len(self._batches)
        share = max(done, min(trained / self._limit, 1.0))  # a slow computer ends by the limit
        self.model.optimizer.learning_rate = self._learning_rate * cosine_decay(share)
        if now - self._told_at >= UPDATE_INTERVAL:
            self._told_at = now
            left = min(trained * (1 / done - 1), max(self._limit - trained, 0.0))
            self._report(share, round(left, 1))

    def result(self) -> dict:
        """Return the readings [before, after] of each drawing, and the scores on MNIST's test digits."""
        after = self._readings()
        room = zip(self._before[0].tolist(), after[0].tolist(), strict=True)
        before, now = (float((mnist == self._test.labels).mean()) for _, mnist in (self._before, after))
        scores = {"samples": len(self._test), "before": before, "after": now}
        return {"readings": [list(pair) for pair in room], "mnist": scores, "seconds": self._seconds}

    def save(self, folder: Path, card: dict, mnist_accuracy: float) -> None:
        """Write the .keras and .tflite file and the card of the network as it is now."""
        card = card | {
            "parameters": int(self._net.count_params()),
            "layers": describe_layers(self._net),
            "versions": versions(),
            "scores": {"lab_test": mnist_accuracy},
        }
        card["training"] = card["training"] | {"steps": self._step, "seconds": self._seconds}
        save_model(folder, self._net, card)

    @property
    def _seconds(self) -> float:
        return round(time.perf_counter() - self._started, 1)

    def _readings(self) -> tuple[np.ndarray, np.ndarray]:
        """Return how the network reads the room's drawings and MNIST's test digits."""
        return run_network(self._net, self._bitmaps).readings, run_network(
            self._net, self._test.bitmaps
        ).readings

    def _report(self, share_done: float, seconds_left: float | None) -> None:
        """Send an update."""
        progress = {
            "seconds": self._seconds,
            "seconds_left": seconds_left,
            "share_done": round(share_done, 3),
        }
        self._emit({"event": "update", "teaching": self._number, "status": TRAINING} | progress)
