"""Scores of runs on the room's labeled drawings."""

import pytest

from tests.fakes import expected_digit, some_bitmap
from tests.waiting import TIMEOUT, wait_until
from webapp.errors import DatabaseUnavailable, UnknownModel
from webapp.lab.room_score import MOST_SCORED, RoomScore, RoomScores


def drawing(number: int, is_right: bool = True) -> tuple[int, int, bytes]:
    """Return a labeled drawing that a FakeNetwork reads right, or not."""
    bitmap = some_bitmap(number)
    label = (expected_digit(bitmap) + (not is_right)) % 10
    return number, label, bitmap.tobytes()


@pytest.fixture
def scored(bench):
    """A lab whose room has two drawings that a network reads right, and one that it does not."""
    bench.drawings = [drawing(1), drawing(2), drawing(3, is_right=False)]
    bench.asked = []
    bench.lab.read_room = lambda count: bench.asked.append(count) or bench.drawings
    return bench


def train(bench, run: int) -> None:
    bench.lab.train({"spec": {}})
    bench.trainer.finish(run=run)


def scores(bench) -> list[dict | None]:
    return [run["room_score"] for run in bench.lab.state()["runs"]]


def test_run_is_scored_when_it_ends(scored):
    train(scored, 1)
    wait_until(lambda: scores(scored) == [{"right": 2, "count": 3}])
    assert scored.asked == [MOST_SCORED]


def test_end_of_a_run_scores_all_runs_on_the_same_drawings(scored):
    train(scored, 1)
    scored.drawings = [drawing(number) for number in range(2, 6)]
    train(scored, 2)
    wait_until(lambda: scores(scored) == [{"right": 4, "count": 4}] * 2)


def test_score_follows_the_room_on_demand(scored):
    train(scored, 1)
    wait_until(lambda: scores(scored) == [{"right": 2, "count": 3}])
    scored.drawings = scored.drawings[1:]  # one was deleted
    scored.lab.score_room()
    assert scores(scored) == [{"right": 1, "count": 2}]
    scored.drawings = []
    scored.lab.score_room()
    assert scores(scored) == [None]


def test_failed_run_and_unreadable_room_have_no_score(scored, caplog):
    scored.lab.train({"spec": {}})
    scored.trainer.finish(status="failed", reason="")

    def fail(count: int) -> list:
        raise DatabaseUnavailable("the disk is gone")

    scored.lab.score_room()
    scored.lab.read_room = fail
    train(scored, 2)
    wait_until(lambda: "the disk is gone" in caplog.text)
    assert scores(scored) == [None, None]


def test_network_reads_each_drawing_once(store):
    store.start()
    store.wait(TIMEOUT)
    network = store.network("conv")
    found = RoomScores(store)
    network.sizes.clear()
    drawings = [drawing(number) for number in range(4)]
    assert found.score("conv", drawings[:3]) == RoomScore(3, 3)
    assert found.score("conv", drawings) == RoomScore(4, 4)
    assert network.sizes == [3, 1]
    found.forget("conv")
    found.score("conv", drawings)
    assert network.sizes == [3, 1, 4]


def test_score_of_an_unknown_network_is_an_error(store):
    with pytest.raises(UnknownModel):
        RoomScores(store).score("run-9", [drawing(1)])
