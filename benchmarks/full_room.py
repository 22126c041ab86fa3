"""How fast a room of 20,000 drawings answers: one table.

    python -m benchmarks.full_room [--drawings 20000] [--rounds 200] [--database sqlite]

Before each answer a drawing is saved, so that no answer is one that was kept. Networks are left out: their
answers are made up, wrong once in twenty, so that pairs and the gallery are full too.
"""

import argparse
import tempfile
import time
import uuid
from collections.abc import Callable
from pathlib import Path

import numpy as np

from webapp.nets.network import Answer
from webapp.room import drawings, rounds
from webapp.room.address import SQLITE, database_url
from webapp.room.ink_record import prepare
from webapp.room.participants import Participant
from webapp.room.service import Room

MODELS = ("linear", "shallow", "deep", "conv")
PEOPLE, ROUNDS = 300, 21  # who take part; a third of the rounds is of each kind
AT_ONCE = 500  # drawings in one transaction
POINTS = 60  # of a stroke; there are two in a drawing
WRONG = 0.05
DOORS = {"code": "RIBBON", "address": "http://192.0.2.7:8000/join"}


class MadeUpNetworks:
    """Reads the digit that it is told to, and another one now and then."""

    def __init__(self):
        self.digit = 0
        self._random = np.random.default_rng(1)

    def __call__(self, bitmap: np.ndarray) -> dict[str, Answer]:
        return {name: self._answer() for name in reversed(MODELS)}  # conv, the default, first

    def _answer(self) -> Answer:
        is_wrong = self._random.random() < WRONG
        digit = int(self._random.integers(10)) if is_wrong else self.digit
        found = np.full(10, 0.01, np.float32)
        found[digit] = 0.91
        return Answer(found, 0.97)


def fill(room: Room, count: int, people: int = PEOPLE) -> list[Participant]:
    """Save `count` drawings of `people` in rounds of all kinds, and return the people."""
    room.database.open()
    joined = [room.join()[0] for _ in range(people)]
    ink = make_ink()
    prepared = prepare(ink, [np.array(stroke, np.float64) for stroke in ink])
    per_round = max(1, count // ROUNDS)
    for start in range(0, count, AT_ONCE):
        with room.database.writing() as change:
            for number in range(start, min(start + AT_ONCE, count)):
                if number % per_round == 0:
                    started = _start_round(change, number // per_round)
                room._read.digit = number % 10 if started.digit is None else started.digit
                new = drawings.NewDrawing(
                    id=str(uuid.uuid4()),
                    participant_id=joined[number % people].id,
                    round=started,
                    label=number % 10,
                    ink=prepared,
                    answers=room._read(prepared.bitmap),
                )
                drawings.save(change, new)
    return joined


def make_ink() -> list[list[list[float]]]:
    """Return two strokes, as long as a finger makes them."""
    turn = np.linspace(0, 2 * np.pi, POINTS)
    ring = np.stack([140 + 90 * np.cos(turn), 120 + 70 * np.sin(turn)], axis=1)
    return [ring.tolist(), (ring + [5.5, 140.25]).tolist()]


def _start_round(change, number: int) -> rounds.Round:
    kind = rounds.KINDS[number % 3]
    return rounds.start(change, kind, None if kind == rounds.FREE else number % 10)


def measure(room: Room, people: list[Participant], times: int) -> dict[str, list[float]]:
    """Return the milliseconds of each call by its name."""
    live, ink = room.live, make_ink()
    revision = room.present({}) or _revision(room)
    calls: dict[str, Callable[[], object]] = {
        "wall, the newest 60": lambda: live.wall(None, 60, DOORS),
        "wall, what is new": lambda: live.wall(revision, 60, DOORS),
        "scoreboard, all rounds": lambda: live.scoreboard(MODELS, "conv", None),
        "scoreboard, another network": lambda: live.scoreboard(MODELS, "linear", None),
        "state of a phone": lambda: live.state(people[1], DOORS),
        "a participant's own drawings": lambda: live.own(people[0], MODELS, None),
    }
    found: dict[str, list[float]] = {"save a drawing": [], **{name: [] for name in calls}}
    for _ in range(times):
        start = time.perf_counter()
        saved, _ = room.save(people[0], str(uuid.uuid4()), ink, 4, None)
        found["save a drawing"].append((time.perf_counter() - start) * 1000)
        for name, call in calls.items():
            start = time.perf_counter()
            call()
            found[name].append((time.perf_counter() - start) * 1000)
        revision = saved["revision"]
    known = live.wall(None, 60, DOORS).tag
    found["wall, nothing new"] = []
    for _ in range(times):
        start = time.perf_counter()
        live.wall(None, 60, DOORS, lambda tag: tag == known)
        found["wall, nothing new"].append((time.perf_counter() - start) * 1000)
    return found


def _revision(room: Room) -> int:
    with room.database.writing() as change:
        return change.room.revision


def main() -> None:
    """Fill a room, and print how long its answers take."""
    parser = argparse.ArgumentParser(description="Measure a room with many drawings.")
    parser.add_argument("--drawings", type=int, default=20_000, help="drawings in the room (default: 20000)")
    parser.add_argument("--rounds", type=int, default=200, help="answers of each kind (default: 200)")
    parser.add_argument("--database", default=SQLITE, help="as the setting of that name (default: sqlite)")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        url = database_url(options.database, Path(folder))
        room = Room(url, MadeUpNetworks(), lambda: list(MODELS))
        found = measure(room, fill(room, options.drawings), options.rounds)
        room.close()
    print(f"| {options.drawings:,} drawings | median | 95th percentile |\n| --- | ---: | ---: |")
    for name, milliseconds in found.items():
        print(f"| {name} | {np.median(milliseconds):.1f} ms | {np.percentile(milliseconds, 95):.1f} ms |")


if __name__ == "__main__":
    main()
