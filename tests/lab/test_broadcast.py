"""What wall and phones see of the lab: the newest run, and guesses before it; with a fake trainer."""

import json

import pytest

from webapp.errors import BadRequest, NotNow
from webapp.lab import guesses
from webapp.lab.broadcast import MOST_POINTS, VALIDATION


@pytest.fixture
def broadcast(bench):
    return bench.lab.broadcast


def seen(bench) -> dict:
    return bench.lab.broadcast.news().whole


def test_room_sees_nothing_until_the_presenter_shows_it(bench, broadcast):
    bench.lab.train({"spec": {}})
    assert seen(bench) == {"shown": False}
    broadcast.switch({"shown": True})
    assert seen(bench)["run"]["id"] == 1
    assert bench.lab.state()["room"] == {"shown": True, "asking": False, "guesses": 0}
    broadcast.switch({"shown": False})
    assert seen(bench) == {"shown": False}


def test_room_sees_only_numbers_of_a_run(bench, broadcast):
    broadcast.switch({"shown": True})
    bench.lab.train({"spec": {}, "title": "mine"})
    bench.trainer.update(step=2, loss=1.23456789, accuracy=0.5, weights={"count": 1})
    news = seen(bench)
    assert news["points"] == [[2, 0.1, 1.2346, 0.5, None, None]]
    assert (news["run"]["title"], news["run"]["status"]) == ("mine", "training")
    assert not {"spec", "model", "weights"} & {*news, *news["run"]}
    assert len(json.dumps(news)) < 600


def test_news_since_a_change_have_the_new_points_only(bench, broadcast):
    broadcast.switch({"shown": True})
    bench.lab.train({"spec": {}})
    bench.trainer.update(step=1)
    first = broadcast.news()
    bench.trainer.update(step=2)
    second = broadcast.news(first.change, first.run)
    assert [point[0] for point in second.since["points"]] == [2]
    assert [point[0] for point in second.whole["points"]] == [1, 2]
    assert (second.since["whole"], second.whole["whole"]) == (False, True)
    bench.trainer.finish()
    bench.lab.train({"spec": {}})
    assert broadcast.news(second.change, second.run).since["whole"]


def test_whole_curve_is_thinned_and_keeps_validations(bench, broadcast):
    broadcast.switch({"shown": True})
    bench.lab.train({"spec": {}})
    for step in range(1, 1001):
        bench.trainer.update(step=step, val_loss=0.5 if step % 100 == 1 else None)
    points = seen(bench)["points"]
    assert len(points) <= MOST_POINTS
    assert points[-1][0] == 1000
    assert sum(point[VALIDATION] is not None for point in points) == 10


def test_guesses_are_open_until_the_run_and_shown_with_the_truth(bench, broadcast):
    broadcast.switch({"asking": True})
    assert bench.lab.state()["room"] == {"shown": True, "asking": True, "guesses": 0}
    assert broadcast.guess("ada", 0.9449) == 0.945
    broadcast.guess("bob", 1)
    broadcast.guess("ada", 0.9)
    assert seen(bench)["guesses"]["values"] == [0.9, 1.0]
    assert broadcast.news(with_values=False).whole["guesses"]["values"] is None
    run = bench.lab.train({"spec": {}})["id"]
    with pytest.raises(NotNow) as refused:
        broadcast.guess("ada", 0.5)
    assert refused.value.explanation == "The run has started, so guesses are closed."
    bench.trainer.update()
    assert broadcast.news(with_values=False).whole["guesses"]["values"] is None
    bench.trainer.finish(run)
    news = broadcast.news(with_values=False).whole
    assert (news["guesses"]["values"], news["run"]["test_accuracy"]) == ([0.9, 1.0], 0.9)
    assert not news["guesses"]["open"]


def test_guesses_are_for_one_run(bench, broadcast):
    broadcast.switch({"asking": True})
    first = seen(bench)["guesses"]["id"]
    broadcast.guess("ada", 0.5)
    broadcast.switch({"asking": True})
    assert seen(bench)["guesses"]["count"] == 1  # asked already
    bench.lab.train({"spec": {}})
    bench.trainer.finish()
    broadcast.switch({"asking": True})
    assert (seen(bench)["guesses"]["count"], seen(bench)["guesses"]["id"] == first) == (0, False)
    bench.lab.train({"spec": {}})
    bench.trainer.finish(2)
    bench.lab.train({"spec": {}})
    assert seen(bench)["guesses"] is None


def test_question_is_withdrawn(bench, broadcast):
    for off in ({"asking": False}, {"shown": False}):
        broadcast.switch({"asking": True})
        broadcast.guess("ada", 0.5)
        broadcast.switch(off)
        assert not bench.lab.state()["room"]["asking"]
        with pytest.raises(NotNow, match="without a question"):
            broadcast.guess("ada", 0.5)


def test_question_during_a_run_is_refused(bench, broadcast):
    bench.lab.train({"spec": {}})
    with pytest.raises(NotNow):
        broadcast.switch({"asking": True})
    broadcast.switch({"shown": True})


@pytest.mark.parametrize("value", [None, "0.5", True, -0.1, 1.001, float("nan"), float("inf"), 10**400, []])
def test_unusable_guess_is_an_error(broadcast, value):
    broadcast.switch({"asking": True})
    with pytest.raises(BadRequest, match="expected accuracy as a number from 0 to 1"):
        broadcast.guess("ada", value)


@pytest.mark.parametrize("flags", [{}, {"shown": 1}, {"asking": None}, {"other": True}])
def test_unusable_switch_is_an_error(broadcast, flags):
    with pytest.raises(BadRequest):
        broadcast.switch(flags)


def test_number_of_guesses_is_limited(broadcast, monkeypatch):
    monkeypatch.setattr(guesses, "MOST_GUESSES", 2)
    broadcast.switch({"asking": True})
    for name in ("ada", "bob"):
        broadcast.guess(name, 0.5)
    with pytest.raises(NotNow):
        broadcast.guess("carl", 0.5)
    assert broadcast.guess("ada", 0.6) == 0.6
