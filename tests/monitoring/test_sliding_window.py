"""What happened lately: answers over ten seconds, refusals over a minute."""

import pytest

from webapp.monitoring.sliding_window import REMEMBERED, SlidingWindow


class Clock:
    """Stands still until it is moved."""

    now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def recent(clock) -> SlidingWindow:
    return SlidingWindow(clock)


def test_recent_without_answers_knows_no_time(recent):
    assert recent.speed() == (0.0, None)
    assert recent.rejections() == 0


def test_recent_speed_is_over_ten_seconds(recent, clock):
    clock.now += 100
    for hundredths in range(1, 101):
        recent.note_answer(hundredths / 100)
    clock.now += 10
    assert recent.speed() == (10.0, 0.95)
    clock.now += 0.01
    assert recent.speed() == (0.0, None)


def test_recent_speed_of_a_young_server_is_over_its_life(recent, clock):
    clock.now += 4
    for _ in range(12):
        recent.note_answer(0.002)
    assert recent.speed() == (3.0, 0.002)


def test_recent_speed_is_right_where_more_came_than_is_remembered(recent, clock):
    clock.now += 100
    for _ in range(2 * REMEMBERED):
        clock.now += 0.00025  # seconds: 4,000 a second
        recent.note_answer(0.001)
    assert recent.speed()[0] == pytest.approx(4000, rel=0.01)


def test_recent_refusals_are_those_of_a_minute(recent, clock):
    recent.note_rejection()
    clock.now += 40
    recent.note_rejection()
    assert recent.rejections() == 2
    clock.now += 40
    assert recent.rejections() == 1


def test_recent_uptime_grows(recent, clock):
    clock.now += 7
    assert recent.uptime == 7
