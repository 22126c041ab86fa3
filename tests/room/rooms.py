"""A room without models and without the web, and what the tests put into it."""

import threading
import time
import uuid
from collections.abc import Callable, Sequence
from typing import TypeVar

import numpy as np

from webapp.errors import DatabaseUnavailable, StorageUnavailable
from webapp.nets.network import Answer
from webapp.room.participants import Participant
from webapp.room.service import Room

T = TypeVar("T")
MODELS = ("linear", "conv")  # in the order of the ladder; conv is the default
PATIENCE = 120.0  # seconds a database may be busy before a test fails
INK = [[[10, 10], [40, 80]], [[40, 10], [10, 80]]]


class Reader:
    """Reads whatever a test wants it to read, and counts how often it was asked."""

    def __init__(self):
        self.digits = {"conv": 4, "linear": 4}  # the default first, as Room expects
        self.is_digit: float | None = 0.9
        self.asked = 0

    def __call__(self, bitmap: np.ndarray) -> dict[str, Answer]:
        self.asked += 1
        return {
            name: Answer(probabilities(digit), self.is_digit if name == "conv" else None)
            for name, digit in self.digits.items()
        }


def probabilities(digit: int, sure: float = 0.91) -> np.ndarray:
    """Return float32 (10,) with `sure` for the digit."""
    found = np.full(10, (1 - sure) / 9, np.float32)
    found[digit] = sure
    return found


def make_room(url: str, read=None) -> Room:
    """Return a room that is closed by its `close`."""
    return Room(url, read or Reader(), lambda: list(MODELS))


def new_id() -> str:
    """Return an id as a phone makes it."""
    return str(uuid.uuid4())


def join(room: Room) -> Participant:
    """Let somebody in."""
    return room.join()[0]


def send(room: Room, participant: Participant, label: int | None = None, **parts) -> dict:
    """Save a drawing and return it."""
    strokes, round_id = parts.get("strokes", INK), parts.get("round_id")
    return room.save(participant, parts.get("drawing_id") or new_id(), strokes, label, round_id)[0]


def send_patiently(room: Room, participant: Participant, label: int | None = None, **parts) -> dict:
    """Save a drawing as a phone does: once more while the database is busy, as it is on a busy machine."""
    parts.setdefault("drawing_id", new_id())
    return patiently(lambda: send(room, participant, label, **parts))


def patiently(do: Callable[[], T]) -> T:
    """Do what a database may be too busy for, again and again until it is not, and return what came of it."""
    waiting, give_up_at = threading.Event(), time.monotonic() + PATIENCE
    while time.monotonic() < give_up_at:
        try:
            return do()
        except (StorageUnavailable, DatabaseUnavailable):
            waiting.wait(0.02)
    raise AssertionError(f"expected a database that can be used within {PATIENCE:g} s")


def send_many(room: Room, participant: Participant, count: int) -> list[dict]:
    """Save some drawings, the first one first."""
    return [send(room, participant) for _ in range(count)]


def fool(room: Room, participants: Sequence[Participant], votes: Sequence[bool]) -> dict:
    """Start a round to fool the network with a 4 read as 9; let the first draw and the others vote."""
    room.start_round("fool", 4)
    room._read.digits = {"conv": 9, "linear": 4}
    drawing = send(room, participants[0])
    for participant, counts in zip(participants[1:], votes, strict=False):
        room.vote(participant, drawing["id"], counts)
    return drawing
