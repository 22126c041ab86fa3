"""The thread that writes the log: a stderr that takes nothing stops neither the server nor the log."""

import io
import logging
import threading

import pytest

from tests.waiting import wait_until
from webapp.monitoring import logs
from webapp.monitoring.background_log import BackgroundHandler, write

SIZE = 3  # lines that wait


class Stream(io.StringIO):
    """A stderr whose reader does not read until `is_read` is set, and that fails as often as told."""

    def __init__(self, failures: int = 0):
        super().__init__()
        self.is_read = threading.Event()
        self.is_waiting = threading.Event()
        self.failures = failures

    def write(self, text: str) -> int:
        self.is_waiting.set()
        self.is_read.wait()
        if self.failures:
            self.failures -= 1
            raise BrokenPipeError
        return super().write(text)


def log(handler: BackgroundHandler, text: object) -> None:
    handler.handle(logging.LogRecord("webapp", logging.INFO, __file__, 1, text, (), None))


@pytest.fixture
def stream():
    stream = Stream()
    yield stream
    stream.is_read.set()  # ends the wait of the thread


def test_log_keeps_few_lines_of_a_stderr_that_is_not_read(stream):
    handler = BackgroundHandler(SIZE, stream)
    log(handler, "first")
    assert stream.is_waiting.wait(10)
    for number in range(SIZE + 4):
        log(handler, f"line {number}")
    stream.is_read.set()
    wait_until(lambda: "line 2" in stream.getvalue())
    handler.flush()
    lines = stream.getvalue().splitlines()
    assert lines == ["first", "line 0", "4 lines of the log were dropped", "line 1", "line 2"]


@pytest.mark.parametrize("error", [BrokenPipeError, ValueError])
def test_failure_of_a_stream_is_ignored(stream, monkeypatch, error):
    def fail(text: str) -> int:
        raise error

    monkeypatch.setattr(stream, "write", fail)
    write(stream, "text")


def test_log_goes_on_after_a_stderr_that_fails(stream):
    handler = BackgroundHandler(SIZE, stream)
    stream.failures = 1
    stream.is_read.set()
    log(handler, "lost")
    wait_until(lambda: stream.failures == 0)
    log(handler, "written")
    wait_until(lambda: stream.getvalue() == "written\n")


def test_log_drops_a_record_that_cannot_be_formatted(stream):
    handler = BackgroundHandler(SIZE, stream)
    stream.is_read.set()
    handler.handle(logging.LogRecord("webapp", logging.INFO, __file__, 1, "%d", ("text",), None))
    log(handler, "next")
    wait_until(lambda: stream.getvalue() == "next\n1 lines of the log were dropped\n")


def test_log_without_a_stream_has_a_thread_of_its_own():
    root, own = logging.getLogger(), logging.getLogger(logs.OWN)
    before = root.handlers, root.level, own.level
    try:
        logs.set_up("text", "info")
        assert [type(handler) for handler in root.handlers] == [BackgroundHandler]
    finally:
        root.handlers = before[0]
        root.setLevel(before[1])
        own.setLevel(before[2])
