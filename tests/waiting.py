"""Wait for conditions, with one time limit for all tests."""

import threading
import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")
TIMEOUT = 120.0  # seconds before a test fails; far more than a busy machine needs


def wait_until(
    condition: Callable[[], T], expected: str = "the condition to become true", interval: float = 0.02
) -> T:
    """Call `condition` until it returns a true value, and return that value.

    Args:
        expected: ends the message "expected ..." of a failure.
        interval: seconds between two calls.

    Raises:
        AssertionError: the condition is still false after TIMEOUT.
    """
    pause, deadline = threading.Event(), time.monotonic() + TIMEOUT
    while not (value := condition()):
        assert time.monotonic() < deadline, f"expected {expected} within {TIMEOUT:g} s"
        pause.wait(interval)
    return value
