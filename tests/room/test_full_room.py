"""What pages ask for does not read more the more drawings there are."""

import json

import pytest
from sqlalchemy import event

from benchmarks.full_room import MODELS, MadeUpNetworks, fill
from webapp.room.service import Room

FEW, MANY = 300, 3_000  # drawings


@pytest.fixture
def full_room(tmp_path):
    """A room on SQLite with no drawings yet, that made-up networks read."""
    room = Room(f"sqlite:///{tmp_path / 'room.sqlite'}", MadeUpNetworks(), lambda: list(MODELS))
    yield room
    room.close()


def steps(room, call) -> int:
    """Return how many hundred steps of SQLite's machine `call` takes: what it costs, without a clock."""
    count = [0]

    def tick() -> int:
        count[0] += 1
        return 0

    engine = room.database._engine(0)

    def watch(connection, record, proxy) -> None:
        connection.set_progress_handler(tick, 100)

    event.listen(engine, "checkout", watch)
    room.live._cache._entries.clear()
    try:
        assert json.loads(call().json)
    finally:
        event.remove(engine, "checkout", watch)
    return count[0]


def test_answers_cost_as_much_in_a_full_room_as_in_an_empty_one(full_room):
    live = full_room.live
    found = []
    for drawings in (FEW, MANY):
        people = fill(full_room, drawings, people=3)
        revision = json.loads(live.state(None, {}).json)["revision"]
        calls = {
            "wall": lambda: live.wall(None, 60, {}),
            "news": lambda since=revision: live.wall(since - 3, 60, {}),
            "scoreboard": lambda: live.scoreboard(MODELS, "conv", None),
            "state": lambda who=people[0]: live.state(who, {}),
            "own": lambda who=people[0]: live.own(who, MODELS, None),
        }
        found.append({name: steps(full_room, call) for name, call in calls.items()})
    few, many = found
    for name in few:
        # Ten times the drawings, in twice the rounds: a query that reads them all takes ten times the steps.
        assert many[name] <= 4 * few[name] + 40, (name, few, many)
