"""The write lock: bounded wait queue and circuit breaker."""

import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import pytest

from tests.waiting import TIMEOUT, wait_until
from webapp.errors import StorageUnavailable
from webapp.room.storage.write_lock import STUCK, WriteLock

PAUSE = 2.0


class ObservableLock:
    """A lock with a semaphore that counts the threads that begin to wait."""

    def __init__(self):
        self._lock = threading.Lock()
        self.release = self._lock.release
        self.waiting = threading.Semaphore(0)

    def acquire(self, blocking: bool = True, timeout: float = -1) -> bool:
        if not blocking:
            return self._lock.acquire(blocking=False)
        self.waiting.release()
        return self._lock.acquire(timeout=timeout)


class PausedLock(ObservableLock):
    """A lock whose waiting threads continue only after `may_continue` is set."""

    def __init__(self):
        super().__init__()
        self.acquired = threading.Event()
        self.may_continue = threading.Event()

    def acquire(self, blocking: bool = True, timeout: float = -1) -> bool:
        if not super().acquire(blocking, timeout):
            return False
        if blocking:
            self.acquired.set()
            return self.may_continue.wait(TIMEOUT)
        return True


@pytest.fixture
def lock(clock):
    return WriteLock(lambda why: StorageUnavailable(f"refused: {why}"), PAUSE, TIMEOUT, clock)


def fail(lock) -> None:
    """Acquire the lock and report a failure."""
    with lock:
        lock.fail("it is locked")


def can_enter(lock) -> bool:
    with suppress(StorageUnavailable), lock:
        return True
    return False


def is_rejected(pool, lock) -> bool:
    """Return whether another thread is rejected at once, instead of waiting for an ObservableLock."""
    job = pool.submit(can_enter, lock)
    wait_until(lambda: job.done() or lock._lock.waiting.acquire(blocking=False))
    return job.done() and not job.result()


def test_lock_rejects_callers_after_a_failure(lock, clock):
    fail(lock)
    for later in (0.0, PAUSE / 2, PAUSE / 2 - 0.01):
        clock.now += later
        with pytest.raises(StorageUnavailable, match="refused: it is locked"), lock:
            pass
    clock.now += 0.01
    assert can_enter(lock)


def test_lock_admits_one_caller_after_the_pause(lock, clock):
    lock._lock = ObservableLock()
    fail(lock)
    clock.now += PAUSE
    with ThreadPoolExecutor(1) as pool, lock:  # retries
        assert is_rejected(pool, lock)
        lock.fail("it is locked still")
    with pytest.raises(StorageUnavailable, match="it is locked still"), lock:
        pass


def test_lock_admits_all_callers_after_a_success(lock, clock):
    fail(lock)
    clock.now += PAUSE
    assert can_enter(lock)
    assert all(can_enter(lock) for _ in range(3))


def test_lock_rejects_waiting_callers_after_a_failure(lock):
    lock._lock = ObservableLock()
    with ThreadPoolExecutor(3) as pool:
        with lock:
            jobs = [pool.submit(can_enter, lock) for _ in range(3)]
            for _ in jobs:
                assert lock._lock.waiting.acquire(timeout=TIMEOUT)
            lock.fail("it is locked")
        assert [job.result(TIMEOUT) for job in jobs] == [False] * 3


def test_lock_rejects_callers_while_its_holder_is_stuck(lock, clock):
    lock._lock = ObservableLock()
    with ThreadPoolExecutor(1) as pool, lock:
        clock.now += STUCK * TIMEOUT + 0.01
        assert is_rejected(pool, lock)


def test_lock_rejects_callers_when_its_queue_is_full(lock):
    lock._lock, lock._wait_slots = ObservableLock(), threading.Semaphore(0)
    with ThreadPoolExecutor(1) as pool, lock:
        assert is_rejected(pool, lock)


def test_lock_queue_fits_all_threads_of_a_server(lock):
    inner = lock._lock = PausedLock()
    with ThreadPoolExecutor(16) as pool:
        with lock:
            jobs = [pool.submit(can_enter, lock) for _ in range(15)]
            assert all(inner.waiting.acquire(timeout=TIMEOUT) for _ in jobs)
        # The next holder is paused, so the thread that has just released the lock finds it taken.
        assert inner.acquired.wait(TIMEOUT)
        jobs.append(pool.submit(can_enter, lock))
        waits = inner.waiting.acquire(timeout=TIMEOUT)
        inner.may_continue.set()
        assert waits
        assert all(job.result(TIMEOUT) for job in jobs)


def test_lock_is_released_after_an_exception(lock):
    with pytest.raises(ZeroDivisionError), lock:
        1 / 0  # noqa: B018
    assert can_enter(lock)


def test_lock_queue_is_bounded(lock):
    inner = lock._lock = ObservableLock()
    with ThreadPoolExecutor(17) as pool, lock:
        jobs = [pool.submit(can_enter, lock) for _ in range(16)]
        assert all(inner.waiting.acquire(timeout=TIMEOUT) for _ in jobs)
        assert is_rejected(pool, lock)
    assert all(job.result(TIMEOUT) for job in jobs)
