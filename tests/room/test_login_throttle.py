"""Who guesses wrong is listened to less and less often, and others as before."""

import pytest

from webapp.room.login_throttle import MOST_GUESSERS, LoginThrottle


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def slowdown(clock):
    return LoginThrottle(tries=3, interval=2.0, clock=clock)


def guess(slowdown, times: int, guesser: str = "a") -> None:
    for _ in range(times):
        slowdown.count(guesser)


def test_slowdown_some_tries_are_free(slowdown):
    guess(slowdown, 2)
    assert slowdown.wait("a") == 0


def test_slowdown_then_one_try_an_interval(slowdown, clock):
    guess(slowdown, 3)
    assert slowdown.wait("a") == 2.0
    clock.now += 2.0
    assert slowdown.wait("a") == 0
    guess(slowdown, 1)
    assert slowdown.wait("a") == 2.0


def test_slowdown_forgives_with_time(slowdown, clock):
    guess(slowdown, 3)
    clock.now += 60.0
    guess(slowdown, 2)
    assert slowdown.wait("a") == 0


def test_slowdown_others_are_not_slowed(slowdown):
    guess(slowdown, 10)
    assert slowdown.wait("b") == 0


def test_slowdown_remembers_a_bounded_number(slowdown):
    guess(slowdown, 10)
    for number in range(MOST_GUESSERS):
        slowdown.count(f"other {number}")
    assert slowdown.wait("a") == 0
    assert slowdown.wait(f"other {MOST_GUESSERS - 1}") == 0
    assert len(slowdown._owed_until) == MOST_GUESSERS
