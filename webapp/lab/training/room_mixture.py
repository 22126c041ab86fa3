"""Batches of the room's drawings and of what a network knew.

Each batch holds variations of the room's drawings, and for replay variations of MNIST's digits and
generated drawings that are no digits. What the replay has no label for, `is_digit` and the digit of a
drawing that is none, has the former outputs of the network as targets ("Learning without forgetting", Li and
Hoiem 2016), so `is_digit` does not drift.
"""

from dataclasses import dataclass
from typing import Any

import keras
import numpy as np

from webapp.ink.bitmap import to_bitmap
from webapp.nets.network import DIGITS, IS_DIGIT
from webapp.training.augmentation.images import vary_bitmaps
from webapp.training.augmentation.strokes import vary_ink
from webapp.training.datasets import Bitmaps
from webapp.training.synthetic_negatives import draw_negative

NEGATIVES = 300  # generated; each takes about 3 ms
REPLAYED = 16_000  # variations of MNIST's digits
MOST_VARIATIONS = 40  # of each drawing
MOST_VARIED = 8_000  # variations of all drawings; each takes about 1 ms
CHUNK = 500  # bitmaps predicted or varied at once
NO_DIGIT = DIGITS  # a reading, as in webapp/room/verdicts.py


@dataclass(frozen=True)
class Tuning:
    """Hyperparameters, chosen on writers who are in no figure of the docs."""

    passes: int = 220  # through the room's drawings
    room: int = 32  # drawings of the room in a batch
    replay: int = 64  # digits of MNIST in a batch
    negatives: int = 16  # drawings in a batch that are no digits, for networks with is_digit
    learning_rate: float = 2e-3  # at the start; it falls to a tenth
    habit_frequency: float = 0.6  # of the variations of the room's drawings, see vary_ink
    strength: float = 0.6  # of the augmentation of bitmaps, see vary_bitmaps
    smoothing: float = 0.05  # of the labels
    least_steps: int = 60


TUNING = Tuning()


@dataclass(frozen=True)
class TaughtDrawing:
    """One drawing to learn: its strokes, float (points, 2), and the digit that it is said to show."""

    strokes: list[np.ndarray]
    label: int


@dataclass(frozen=True)
class Outputs:
    """What a network answers: `digit` (n, 10), and `is_digit` (n,) or None."""

    digit: np.ndarray
    is_digit: np.ndarray | None

    @property
    def readings(self) -> np.ndarray:
        """The digit that is read for each bitmap, int (n,); NO_DIGIT where it is read as no digit."""
        digits = self.digit.argmax(axis=1)
        return digits if self.is_digit is None else np.where(self.is_digit < IS_DIGIT, NO_DIGIT, digits)


def run_network(model: keras.Model, bitmaps: np.ndarray) -> Outputs:
    """Return the outputs for bitmaps (n, 28, 28)."""
    parts: list[Any] = [
        model.predict_on_batch(bitmaps[start : start + CHUNK].astype(np.float32))
        for start in range(0, len(bitmaps), CHUNK)
    ]
    if not isinstance(model.output, dict):
        return Outputs(np.concatenate(parts), None)
    joined = {name: np.concatenate([part[name] for part in parts]) for name in model.output}
    return Outputs(joined["digit"], joined["is_digit"][:, 0] if has_is_digit(model) else None)


def has_is_digit(model: keras.Model) -> bool:
    """Return whether a network also answers if a drawing is a digit."""
    return isinstance(model.output, dict) and "is_digit" in model.output


class RoomMixture(keras.utils.PyDataset):
    """Batches for `fit`. The seed and the number of a batch determine it.

    Args:
        drawings: one or more of the room.
        known: digits to replay.
        model: the network before the training.
    """

    def __init__(
        self,
        drawings: list[TaughtDrawing],
        known: Bitmaps,
        model: keras.Model,
        tuning: Tuning = TUNING,
        seed: int = 1,
    ):
        super().__init__()
        self._tuning = tuning
        self._seed = seed
        self._steps = max(tuning.least_steps, -(-len(drawings) * tuning.passes // tuning.room))
        random = np.random.default_rng((seed, 0))
        self._labels = np.array([drawing.label for drawing in drawings])
        self._forms = _vary(drawings, random, tuning.habit_frequency)  # (n, k, 28, 28)
        self._order = _repeated(random, len(drawings), self._steps * tuning.room)
        chosen = _repeated(random, len(known), REPLAYED)
        self._replayed = _varied(known.bitmaps[chosen], random, tuning.strength)
        self._replayed_labels = known.labels[chosen]
        self._replayed_is_digit: np.ndarray | None = None
        self._has_is_digit = has_is_digit(model)
        if self._has_is_digit:
            self._replayed_is_digit = run_network(model, self._replayed).is_digit
            self._negatives = np.array([to_bitmap(draw_negative(random)) for _ in range(NEGATIVES)])
            self._known_negatives = run_network(model, self._negatives)

    def __len__(self) -> int:
        return self._steps

    def __getitem__(self, index: int) -> tuple[np.ndarray, Any]:
        random = np.random.default_rng((self._seed, 1, index))
        parts = [self._room_part(index, random), self._replay_part(random)]
        if self._has_is_digit:
            rows = random.integers(NEGATIVES, size=self._tuning.negatives)
            parts.append((self._negatives[rows], _rows(self._known_negatives, rows)))
        bitmaps, outputs = zip(*parts, strict=True)
        return np.concatenate(bitmaps).astype(np.float32), self._targets(outputs)

    def _room_part(self, index: int, random: np.random.Generator) -> tuple[np.ndarray, Outputs]:
        """Return bitmaps of the room's drawings, and their targets."""
        size, smoothing = self._tuning.room, self._tuning.smoothing
        rows = self._order[index * size : (index + 1) * size]
        forms = self._forms[rows, random.integers(self._forms.shape[1], size=size)]
        digit = _one_hot(self._labels[rows]) * (1 - smoothing) + smoothing / DIGITS
        return vary_bitmaps(forms, random, self._tuning.strength), Outputs(digit, np.ones(size, np.float32))

    def _replay_part(self, random: np.random.Generator) -> tuple[np.ndarray, Outputs]:
        """Return bitmaps of MNIST's digits, and their targets."""
        rows = random.integers(REPLAYED, size=self._tuning.replay)
        is_digit = None if self._replayed_is_digit is None else self._replayed_is_digit[rows]
        return self._replayed[rows], Outputs(_one_hot(self._replayed_labels[rows]), is_digit)

    def _targets(self, outputs: tuple[Outputs, ...]) -> Any:
        """Return the targets of a batch in the form of the network's output."""
        digit = np.concatenate([each.digit for each in outputs])
        if not self._has_is_digit:
            return digit
        return {"digit": digit, "is_digit": np.concatenate([each.is_digit for each in outputs])[:, None]}


def _one_hot(labels: np.ndarray) -> np.ndarray:
    """Return float32 (n, 10)."""
    return np.eye(DIGITS, dtype=np.float32)[labels]


def _rows(outputs: Outputs, rows: np.ndarray) -> Outputs:
    return Outputs(outputs.digit[rows], None if outputs.is_digit is None else outputs.is_digit[rows])


def _varied(bitmaps: np.ndarray, random: np.random.Generator, strength: float) -> np.ndarray:
    """Return a variation of each bitmap, uint8 (n, 28, 28)."""
    chunks = np.array_split(bitmaps, -(-len(bitmaps) // CHUNK))
    return np.concatenate([np.rint(vary_bitmaps(each, random, strength)).astype(np.uint8) for each in chunks])


def _vary(drawings: list[TaughtDrawing], random: np.random.Generator, habit_frequency: float) -> np.ndarray:
    """Return each drawing's bitmap and variations of its strokes, uint8 (n, k, 28, 28)."""
    count = max(1, min(MOST_VARIATIONS, MOST_VARIED // len(drawings)))
    return np.array(
        [
            [to_bitmap(each.strokes)]
            + [to_bitmap(vary_ink(each.strokes, each.label, random, habit_frequency)) for _ in range(count)]
            for each in drawings
        ]
    )


def _repeated(random: np.random.Generator, count: int, size: int) -> np.ndarray:
    """Return `size` indices below `count`; none repeats before all were used."""
    rounds = -(-size // count)
    return np.concatenate([random.permutation(count) for _ in range(rounds)])[:size]
