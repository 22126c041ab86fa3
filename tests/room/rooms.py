"""Rooms with fake networks, and helpers that fill them."""

import uuid
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import TypeVar

import numpy as np

from tests.waiting import wait_until
from webapp.errors import DatabaseUnavailable, StorageUnavailable
from webapp.nets.network import Prediction
from webapp.room.participants import Participant
from webapp.room.service import RoomService

T = TypeVar("T")
MODELS = ("linear", "conv")  # smallest first; conv is the default
INK = [[[10, 10], [40, 80]], [[40, 10], [10, 80]]]


class Reader:
    """Predicts the digits that a test sets, and counts its calls."""

    def __init__(self):
        self.digits = {"conv": 4, "linear": 4}  # the default first, as Room expects
        self.is_digit: float | None = 0.9
        self.calls = 0

    def __call__(self, bitmap: np.ndarray) -> dict[str, Prediction]:
        self.calls += 1
        return {
            name: Prediction(probabilities(digit), self.is_digit if name == "conv" else None)
            for name, digit in self.digits.items()
        }


def probabilities(digit: int, probability: float = 0.91) -> np.ndarray:
    """Return float32 (10,) with `probability` for the digit."""
    found = np.full(10, (1 - probability) / 9, np.float32)
    found[digit] = probability
    return found


def make_room(url: str, read=None) -> RoomService:
    """Return a room; the caller closes it."""
    return RoomService(url, read or Reader(), lambda: list(MODELS))


def new_id() -> str:
    """Return a random drawing id."""
    return str(uuid.uuid4())


def join(room: RoomService) -> Participant:
    """Add a participant and return it."""
    return room.join()[0]


def send(room: RoomService, participant: Participant, label: int | None = None, **parts) -> dict:
    """Save a drawing and return it."""
    strokes, round_id = parts.get("strokes", INK), parts.get("round_id")
    return room.save(participant, parts.get("drawing_id") or new_id(), strokes, label, round_id)[0]


def send_with_retry(room: RoomService, participant: Participant, label: int | None = None, **parts) -> dict:
    """Save a drawing, and repeat while the database is busy."""
    parts.setdefault("drawing_id", new_id())
    return retry_while_busy(lambda: send(room, participant, label, **parts))


def retry_while_busy(action: Callable[[], T]) -> T:
    """Repeat `action` while the database is busy, and return its result."""
    results = []

    def succeeds() -> bool:
        with suppress(StorageUnavailable, DatabaseUnavailable):
            results.append(action())
        return bool(results)

    wait_until(succeeds, "a database that can be used")
    return results[0]


def send_many(room: RoomService, participant: Participant, count: int) -> list[dict]:
    """Save `count` drawings and return them, the oldest first."""
    return [send(room, participant) for _ in range(count)]


def fool(
    room: RoomService, participants: Sequence[Participant], votes: Sequence[bool], read: int = 9
) -> dict:
    """Start a fool round and send a 4 read as `read` from the first participant; the others vote."""
    room.start_round("fool", 4)
    room._predict.digits = {"conv": read, "linear": 4}
    drawing = send(room, participants[0])
    for participant, counts in zip(participants[1:], votes, strict=False):
        room.vote(participant, drawing["id"], counts)
    return drawing
