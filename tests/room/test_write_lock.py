"""One at a time; and while it is known to be in vain, nobody waits."""

import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import pytest

from tests.conftest import PATIENCE
from webapp.errors import StorageUnavailable
from webapp.room.write_lock import STUCK, WriteLock

PAUSE = 2.0


class Clock:
    """Seconds that pass when a test says so."""

    def __init__(self):
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


class TellingLock:
    """Tells whenever somebody begins to wait."""

    def __init__(self):
        self._lock = threading.Lock()
        self.release = self._lock.release
        self.waiting = threading.Semaphore(0)

    def acquire(self, blocking: bool = True, timeout: float = -1) -> bool:
        if not blocking:
            return self._lock.acquire(blocking=False)
        self.waiting.release()
        return self._lock.acquire(timeout=timeout)


class LateLock(TellingLock):
    """Whoever has waited for it goes on only when a test says so."""

    def __init__(self):
        super().__init__()
        self.may_go_on = threading.Event()

    def acquire(self, blocking: bool = True, timeout: float = -1) -> bool:
        found = super().acquire(blocking, timeout)
        return found and (not blocking or self.may_go_on.wait(PATIENCE))


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def turn(clock):
    return WriteLock(lambda why: StorageUnavailable(f"refused: {why}"), PAUSE, PATIENCE, clock)


def fail(turn) -> None:
    """Take a turn that is in vain."""
    with turn:
        turn.fail("it is locked")


def is_let_in(turn) -> bool:
    with suppress(StorageUnavailable), turn:
        return True
    return False


def elsewhere(call):
    """Return what `call` gives in another thread."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(call).result(PATIENCE)


def test_turn_after_a_failure_is_refused_for_a_while(turn, clock):
    fail(turn)
    for later in (0.0, PAUSE / 2, PAUSE / 2 - 0.01):
        clock.now += later
        with pytest.raises(StorageUnavailable, match="refused: it is locked"), turn:
            pass
    clock.now += 0.01
    assert is_let_in(turn)


def test_turn_is_tried_by_one_while_all_others_are_refused(turn, clock):
    fail(turn)
    clock.now += PAUSE
    with turn:  # tries
        assert not elsewhere(lambda: is_let_in(turn))
        turn.fail("it is locked still")
    with pytest.raises(StorageUnavailable, match="it is locked still"), turn:
        pass


def test_turn_is_free_again_once_one_has_succeeded(turn, clock):
    fail(turn)
    clock.now += PAUSE
    assert is_let_in(turn)
    assert all(is_let_in(turn) for _ in range(3))


def test_turn_that_others_wait_for_and_fails_is_given_to_none_of_them(turn):
    turn._lock = TellingLock()
    with ThreadPoolExecutor(3) as pool:
        with turn:
            jobs = [pool.submit(is_let_in, turn) for _ in range(3)]
            for _ in jobs:
                assert turn._lock.waiting.acquire(timeout=PATIENCE)
            turn.fail("it is locked")
        assert [job.result(PATIENCE) for job in jobs] == [False] * 3


def test_turn_that_lasts_long_is_waited_for_by_nobody(turn, clock):
    with turn:
        clock.now += STUCK * PATIENCE + 0.01  # whoever waits makes the test fail
        assert not elsewhere(lambda: is_let_in(turn))


def test_turn_is_waited_for_by_few(turn):
    turn._wait_slots = threading.Semaphore(0)
    with turn:
        assert not elsewhere(lambda: is_let_in(turn))


def test_turn_is_refused_to_none_of_a_servers_threads(turn):
    lock = turn._lock = LateLock()
    with ThreadPoolExecutor(16) as pool:
        with turn:
            jobs = [pool.submit(is_let_in, turn) for _ in range(15)]
            assert all(lock.waiting.acquire(timeout=PATIENCE) for _ in jobs)
        # Whose turn it is has not gone on yet when the last thread, which has just had it, comes again.
        jobs.append(pool.submit(is_let_in, turn))
        waits = lock.waiting.acquire(timeout=PATIENCE)
        lock.may_go_on.set()
        assert waits
        assert all(job.result(PATIENCE) for job in jobs)


def test_turn_ends_with_any_error_and_is_free_then(turn):
    with pytest.raises(ZeroDivisionError), turn:
        1 / 0  # noqa: B018
    assert is_let_in(turn)
