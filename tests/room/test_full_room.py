"""The cost of live views does not grow with the number of drawings."""

import json

import pytest
from sqlalchemy import event

from benchmarks.full_room import MODELS, FakePredictor, fill
from webapp.room.service import RoomService

FEW, MANY = 300, 3_000  # drawings


@pytest.fixture
def full_room(tmp_path):
    """An empty room on SQLite with fake networks."""
    room = RoomService(f"sqlite:///{tmp_path / 'room.sqlite'}", FakePredictor(), lambda: list(MODELS))
    yield room
    room.close()


def count_steps(room, call) -> int:
    """Return the cost of `call` in hundreds of SQLite's virtual machine steps."""
    count = [0]

    def tick() -> int:
        count[0] += 1
        return 0

    engine = room.database._engine(0)

    def set_handler(connection, record, proxy) -> None:
        connection.set_progress_handler(tick, 100)

    event.listen(engine, "checkout", set_handler)
    room.live._cache._entries.clear()
    try:
        assert json.loads(call().json)
    finally:
        event.remove(engine, "checkout", set_handler)
    return count[0]


def test_query_cost_does_not_grow_with_drawings(full_room):
    live = full_room.live
    found = []
    for drawings in (FEW, MANY):
        people = fill(full_room, drawings, participants=3)
        revision = json.loads(live.state(None, {}).json)["revision"]
        calls = {
            "wall": lambda: live.wall(None, 60, {}),
            "news": lambda since=revision: live.wall(since - 3, 60, {}),
            "scoreboard": lambda: live.scoreboard(MODELS, "conv", None),
            "state": lambda who=people[0]: live.state(who, {}),
            "own": lambda who=people[0]: live.own(who, MODELS, None),
        }
        found.append({name: count_steps(full_room, call) for name, call in calls.items()})
    few, many = found
    for name in few:
        # Ten times the drawings, in twice the rounds: a full scan takes ten times the steps.
        assert many[name] <= 4 * few[name] + 40, (name, few, many)
