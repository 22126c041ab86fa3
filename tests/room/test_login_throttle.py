"""Clients with wrong guesses are throttled; others are not."""

import pytest

from webapp.room.auth import MAX_CLIENTS, LoginThrottle


@pytest.fixture
def throttle(clock):
    return LoginThrottle(tries=3, interval=2.0, clock=clock)


def guess(throttle, times: int, client: str = "a") -> None:
    for _ in range(times):
        throttle.count(client)


def test_throttle_allows_free_tries(throttle):
    guess(throttle, 2)
    assert throttle.wait("a") == 0


def test_throttle_allows_one_try_per_interval(throttle, clock):
    guess(throttle, 3)
    assert throttle.wait("a") == 2.0
    clock.now += 2.0
    assert throttle.wait("a") == 0
    guess(throttle, 1)
    assert throttle.wait("a") == 2.0


def test_throttle_recovers_with_time(throttle, clock):
    guess(throttle, 3)
    clock.now += 60.0
    guess(throttle, 2)
    assert throttle.wait("a") == 0


def test_throttle_is_separate_for_each_client(throttle):
    guess(throttle, 10)
    assert throttle.wait("b") == 0


def test_throttle_table_is_bounded(throttle):
    guess(throttle, 10)
    for number in range(MAX_CLIENTS):
        throttle.count(f"other {number}")
    assert throttle.wait("a") == 0
    assert throttle.wait(f"other {MAX_CLIENTS - 1}") == 0
    assert len(throttle._full_at) == MAX_CLIENTS
