"""Latency of a room with 20,000 drawings: one table.

    python -m benchmarks.full_room [--drawings 20000] [--rounds 200] [--database sqlite]

A drawing is saved before each measurement, so no response comes from a cache. Fake predictions replace the
networks; 5 % of them are wrong, so that the confusion pairs and the gallery have content.
"""

import argparse
import tempfile
import time
import uuid
from collections.abc import Callable
from pathlib import Path

import numpy as np

from webapp.nets.network import Prediction
from webapp.room import drawings, rounds
from webapp.room.ink_record import make_ink_record
from webapp.room.participants import Participant
from webapp.room.service import RoomService
from webapp.room.storage.engines import SQLITE, database_url

MODELS = ("linear", "shallow", "deep", "conv")
PARTICIPANTS, ROUNDS = 300, 21  # a third of the rounds is of each kind
BATCH = 500  # drawings per transaction
POINTS = 60  # per stroke; a drawing has two strokes
ERROR_RATE = 0.05
JOIN_INFO = {"code": "RIBBON", "address": "http://192.0.2.7:8000/join"}


class FakePredictor:
    """Predicts `digit` with all models, except for random errors at ERROR_RATE."""

    def __init__(self):
        self.digit = 0
        self._random = np.random.default_rng(1)

    def __call__(self, bitmap: np.ndarray) -> dict[str, Prediction]:
        return {name: self._predict() for name in reversed(MODELS)}  # conv, the default, first

    def _predict(self) -> Prediction:
        is_wrong = self._random.random() < ERROR_RATE
        digit = int(self._random.integers(10)) if is_wrong else self.digit
        probabilities = np.full(10, 0.01, np.float32)
        probabilities[digit] = 0.91
        return Prediction(probabilities, 0.97)


def fill(room: RoomService, count: int, participants: int = PARTICIPANTS) -> list[Participant]:
    """Save `count` drawings of new participants in rounds of all kinds. Return the participants."""
    room.database.open()
    joined = [room.join()[0] for _ in range(participants)]
    strokes = make_strokes()
    record = make_ink_record(strokes, [np.array(stroke, np.float64) for stroke in strokes])
    per_round = max(1, count // ROUNDS)
    for start in range(0, count, BATCH):
        with room.database.writing() as change:
            for number in range(start, min(start + BATCH, count)):
                if number % per_round == 0:
                    current = _start_round(change, number // per_round)
                room._predict.digit = number % 10 if current.digit is None else current.digit
                new = drawings.NewDrawing(
                    id=str(uuid.uuid4()),
                    participant_id=joined[number % participants].id,
                    round=current,
                    label=number % 10,
                    ink=record,
                    answers=room._predict(record.bitmap),
                )
                drawings.save(change, new)
    return joined


def make_strokes() -> list[list[list[float]]]:
    """Return two strokes with as many points as drawing with a finger produces."""
    angles = np.linspace(0, 2 * np.pi, POINTS)
    ring = np.stack([140 + 90 * np.cos(angles), 120 + 70 * np.sin(angles)], axis=1)
    return [ring.tolist(), (ring + [5.5, 140.25]).tolist()]


def _start_round(change, number: int) -> rounds.Round:
    kind = rounds.KINDS[number % 3]
    return rounds.start(change, kind, None if kind == rounds.FREE else number % 10)


def measure(room: RoomService, participants: list[Participant], repetitions: int) -> dict[str, list[float]]:
    """Return the latencies in ms of each call by its name."""
    live, strokes = room.live, make_strokes()
    revision = room.change_state({}) or _revision(room)
    calls: dict[str, Callable[[], object]] = {
        "wall, the newest 60": lambda: live.wall(None, 60, JOIN_INFO),
        "wall, changes": lambda: live.wall(revision, 60, JOIN_INFO),
        "scoreboard, all rounds": lambda: live.scoreboard(MODELS, "conv", None),
        "scoreboard, another network": lambda: live.scoreboard(MODELS, "linear", None),
        "state of a phone": lambda: live.state(participants[1], JOIN_INFO),
        "a participant's own drawings": lambda: live.own(participants[0], MODELS, None),
    }
    latencies: dict[str, list[float]] = {"save a drawing": [], **{name: [] for name in calls}}
    for _ in range(repetitions):
        start = time.perf_counter()
        saved, _ = room.save(participants[0], str(uuid.uuid4()), strokes, 4, None)
        latencies["save a drawing"].append((time.perf_counter() - start) * 1000)
        for name, call in calls.items():
            start = time.perf_counter()
            call()
            latencies[name].append((time.perf_counter() - start) * 1000)
        revision = saved["revision"]
    known = live.wall(None, 60, JOIN_INFO).tag
    latencies["wall, nothing new"] = []
    for _ in range(repetitions):
        start = time.perf_counter()
        live.wall(None, 60, JOIN_INFO, lambda tag: tag == known)
        latencies["wall, nothing new"].append((time.perf_counter() - start) * 1000)
    return latencies


def _revision(room: RoomService) -> int:
    with room.database.writing() as change:
        return change.room.revision


def main() -> None:
    """Fill a room and print the table."""
    parser = argparse.ArgumentParser(description="Measure a room with many drawings.")
    parser.add_argument("--drawings", type=int, default=20_000, help="drawings in the room (default: 20000)")
    parser.add_argument("--rounds", type=int, default=200, help="calls of each kind (default: 200)")
    parser.add_argument("--database", default=SQLITE, help="like the setting `database` (default: sqlite)")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        url = database_url(options.database, Path(folder))
        room = RoomService(url, FakePredictor(), lambda: list(MODELS))
        latencies = measure(room, fill(room, options.drawings), options.rounds)
        room.close()
    print(f"| {options.drawings:,} drawings | median | 95th percentile |\n| --- | ---: | ---: |")
    for name, values in latencies.items():
        print(f"| {name} | {np.median(values):.1f} ms | {np.percentile(values, 95):.1f} ms |")


if __name__ == "__main__":
    main()
