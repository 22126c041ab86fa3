"""What was deleted is deleted, also where its traces in SQLite's log can only be taken out later."""

import sqlite3
import threading
from contextlib import closing

import pytest

from tests.conftest import PATIENCE
from tests.room.rooms import join, make_room, send
from webapp.errors import UnknownDrawing
from webapp.room import wal_truncation as wal_truncation_module
from webapp.room.wal_truncation import WalTruncation

TRACE = b"314159.25"
INK = [[[314159.25, 271828.5], [161803.125, 141421.75]]]


@pytest.fixture(autouse=True)
def soon(monkeypatch):
    """Let it be tried again at once."""
    monkeypatch.setattr(wal_truncation_module, "AGAIN_AFTER", 0.01)


def test_deletion_while_somebody_reads_succeeds_and_its_traces_go_later(tmp_path):
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
        tick, tries = threading.Event(), int(PATIENCE / 0.05)
        while any(TRACE in path.read_bytes() for path in tmp_path.iterdir()) and tries:
            tick.wait(0.05)
            tries -= 1
    assert tries, "expected the traces to go"
    assert send(room, ada)["number"] == 2
    room.close()


def test_deletion_succeeds_whatever_happens_to_its_traces(room):
    ada, tried = join(room), threading.Event()
    drawing = send(room, ada)

    def be_broken() -> bool:
        if not tried.is_set():
            tried.set()
            raise sqlite3.OperationalError("disk I/O error")
        return True

    room.database.is_sqlite = True
    room.database._wal_truncation = WalTruncation(be_broken)
    room.delete(ada, drawing["id"])
    assert tried.is_set()
    assert room.delete_all(ada) == 0


def test_forgetting_tries_again_until_it_succeeds():
    answers, is_done = iter([False, OSError("away"), False, True]), threading.Event()

    def empty() -> bool:
        answer = next(answers)
        if isinstance(answer, Exception):
            raise answer
        if answer:
            is_done.set()
        return answer

    WalTruncation(empty)()
    assert is_done.wait(PATIENCE)


def test_forgetting_that_was_stopped_tries_no_more(monkeypatch):
    monkeypatch.setattr(wal_truncation_module, "AGAIN_AFTER", PATIENCE)
    tries = []
    forgetting = WalTruncation(lambda: bool(tries.append(1)))
    forgetting()
    timer = forgetting._timer
    forgetting.stop()
    timer.join(PATIENCE)
    assert len(tries) == 1
