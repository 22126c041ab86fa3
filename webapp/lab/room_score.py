"""How many of the room's labeled drawings the network of a run reads right."""

import threading
from collections.abc import Sequence
from dataclasses import asdict, dataclass

import numpy as np

from webapp.ink.bitmap import SIZE
from webapp.nets.store import ModelStore

MOST_SCORED = 300  # newest labeled drawings; reading them takes 0.1 to 0.3 s

LabeledDrawing = tuple[int, int, bytes]  # number, label 0 to 9, bitmap of 784 bytes


@dataclass(frozen=True)
class RoomScore:
    """`right` of `count` labeled drawings."""

    right: int
    count: int

    def to_json(self) -> dict:
        return asdict(self)


class RoomScores:
    """Reads drawings with the networks of runs, one network after the other. Thread-safe.

    A network reads each drawing once: its answers are remembered by the drawing's number.
    """

    def __init__(self, store: ModelStore):
        self._store = store
        self._lock = threading.Lock()
        self._digits: dict[str, dict[int, int]] = {}  # by network and number of the drawing

    def score(self, model: str, drawings: Sequence[LabeledDrawing]) -> RoomScore | None:
        """Return the score of a network, or None without drawings.

        Raises:
            UnknownModel, ModelError: the network cannot be used.
        """
        network = self._store.network(model)
        if not drawings:
            return None
        with self._lock:
            known = self._digits.get(model, {})
            new = [drawing for drawing in drawings if drawing[0] not in known]
            if new:
                content = b"".join(bitmap for _, _, bitmap in new)
                bitmaps = np.frombuffer(content, np.uint8).reshape(-1, SIZE, SIZE)
                known |= {number: one.digit for (number, *_), one in zip(new, network(bitmaps), strict=True)}
            self._digits[model] = {number: known[number] for number, *_ in drawings}  # forgets deleted ones
            right = sum(known[number] == label for number, label, _ in drawings)
        return RoomScore(right, len(drawings))

    def forget(self, model: str) -> None:
        """Forget the answers of a network that is removed."""
        with self._lock:
            self._digits.pop(model, None)
