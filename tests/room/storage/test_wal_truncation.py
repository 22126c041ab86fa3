"""Deleted ink is erased from SQLite's write-ahead log, later if the log is in use."""

import sqlite3
import threading
from contextlib import closing

import pytest

from tests.room.rooms import join, make_room, send
from tests.waiting import TIMEOUT, wait_until
from webapp.errors import UnknownDrawing
from webapp.room.storage import wal_truncation as wal_truncation_module
from webapp.room.storage.wal_truncation import WalTruncation

TRACE = b"314159.25"
INK = [[[314159.25, 271828.5], [161803.125, 141421.75]]]


@pytest.fixture(autouse=True)
def short_interval(monkeypatch):
    """Retry almost immediately."""
    monkeypatch.setattr(wal_truncation_module, "AGAIN_AFTER", 0.01)


def test_deletion_during_a_read_erases_ink_later(tmp_path):
    room = make_room(f"sqlite:///{tmp_path / 'room.sqlite'}")
    ada = join(room)
    drawing = send(room, ada, strokes=INK)
    with closing(sqlite3.connect(tmp_path / "room.sqlite", isolation_level=None)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM drawings").fetchone()
        room.delete(ada, drawing["id"])
        with pytest.raises(UnknownDrawing):
            room.drawing(drawing["id"], hidden_too=True)
        assert TRACE in (tmp_path / "room.sqlite-wal").read_bytes()
        reader.execute("COMMIT")
        wait_until(
            lambda: not any(TRACE in path.read_bytes() for path in tmp_path.iterdir()),
            "the ink to be overwritten",
        )
    assert send(room, ada)["number"] == 2
    room.close()


def test_deletion_succeeds_if_wal_truncation_fails(room):
    ada, tried = join(room), threading.Event()
    drawing = send(room, ada)

    def fail_once() -> bool:
        if not tried.is_set():
            tried.set()
            raise sqlite3.OperationalError("disk I/O error")
        return True

    room.database.is_sqlite = True
    room.database._wal_truncation = WalTruncation(fail_once)
    room.delete(ada, drawing["id"])
    assert tried.is_set()
    assert room.delete_all(ada) == 0


def test_wal_truncation_retries_until_it_succeeds():
    answers, is_done = iter([False, OSError("away"), False, True]), threading.Event()

    def empty() -> bool:
        answer = next(answers)
        if isinstance(answer, Exception):
            raise answer
        if answer:
            is_done.set()
        return answer

    WalTruncation(empty)()
    assert is_done.wait(TIMEOUT)


def test_stopped_wal_truncation_does_not_retry(monkeypatch):
    monkeypatch.setattr(wal_truncation_module, "AGAIN_AFTER", TIMEOUT)
    tries = []
    truncation = WalTruncation(lambda: bool(tries.append(1)))
    truncation()
    timer = truncation._timer
    truncation.stop()
    timer.join(TIMEOUT)
    assert len(tries) == 1
