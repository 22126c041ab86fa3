"""Database failures are reported, store nothing, and recover without a restart."""

import sqlite3
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress

import psycopg
import pytest
from sqlalchemy import create_engine, delete, event, insert
from sqlalchemy.exc import IntegrityError

from tests.room.rooms import Reader, join, make_room, new_id, send, send_with_retry
from tests.waiting import TIMEOUT
from webapp.errors import DatabaseUnavailable, NotJoined, StorageUnavailable
from webapp.room.storage import database as database_module
from webapp.room.storage import schema
from webapp.room.storage.database import Database
from webapp.room.storage.engines import POSTGRESQL_LIMITS

PARTICIPANT = {"secret_hash": "0" * 64, "revision": 1, "joined_at": 0, "seen_at": 0}


@pytest.fixture
def other(database_url):
    """A second connection to the same database, as another process has."""
    other = Database(database_url)
    yield other
    other.close()


@pytest.fixture
def sqlite_room(tmp_path):
    """A room on SQLite."""
    room = make_room(f"sqlite:///{tmp_path / 'room.sqlite'}", Reader())
    yield room
    room.close()


def limit_pages(room, pages: int) -> None:
    """Limit the pages of SQLite's file, to simulate a full disk."""
    with closing(room.database._engine(1).raw_connection()) as connection:
        connection.execute(f"PRAGMA max_page_count = {pages}")


def test_locked_database_is_readable_but_not_writable(room, other):
    participant, secret = room.join()
    drawing_id = new_id()
    with other.writing():
        with pytest.raises(StorageUnavailable, match="could not be stored, please send it again: "):
            send(room, participant, drawing_id=drawing_id)
        assert room.participant(secret) == participant
        assert room.live.state(participant, {}).json
    assert send_with_retry(room, participant, drawing_id=drawing_id)["number"] == 1


def test_locked_database_is_tried_by_one_thread_only(tmp_path, monkeypatch):
    monkeypatch.setattr(database_module, "LOCKED_PAUSE", TIMEOUT)  # longer than this test takes
    room = make_room(f"sqlite:///{tmp_path / 'room.sqlite'}")
    participant, reached = join(room), []
    event.listen(room.database._engine(1), "checkout", lambda *connection: reached.append(connection))
    with closing(sqlite3.connect(tmp_path / "room.sqlite", isolation_level=None)) as program:
        program.execute("BEGIN IMMEDIATE")
        with ThreadPoolExecutor(8) as pool:
            together = [pool.submit(send, room, participant) for _ in range(8)]
            errors = [job.exception(TIMEOUT) for job in together]
        for _ in range(20):
            with pytest.raises(StorageUnavailable, match="database is locked"):
                send(room, participant)
    assert all(isinstance(error, StorageUnavailable) for error in errors)
    assert len(reached) == 1  # of 28 writes
    room.close()


def test_stuck_writer_blocks_no_other_thread(room, monkeypatch):
    monkeypatch.setattr("webapp.room.storage.write_lock.STUCK", -1.0)
    participant = join(room)
    with room.database.writing(), ThreadPoolExecutor(1) as pool:
        assert isinstance(pool.submit(send, room, participant).exception(TIMEOUT), StorageUnavailable)
    assert send(room, participant)["number"] == 1


def test_failed_change_is_rolled_back(room):
    participant, secret = room.join()
    before = room.live.state(None, {}).tag
    with suppress(ZeroDivisionError), room.database.writing() as change:
        change.next_number()
        change.connection.execute(delete(schema.participants))
        1 / 0  # noqa: B018
    assert room.participant(secret) == participant
    assert room.live.state(None, {}).tag == before


def test_full_disk_rejects_writes_until_space_is_free(sqlite_room):
    participant, secret = sqlite_room.join()
    limit_pages(sqlite_room, 1)  # fewer than exist: the file cannot grow
    large = [[[float(n), float(n % 7)] for n in range(9_000)]]
    drawing_id = new_id()
    with pytest.raises(StorageUnavailable, match="database or disk is full"):
        send(sqlite_room, participant, strokes=large, drawing_id=drawing_id)
    assert sqlite_room.participant(secret) == participant
    limit_pages(sqlite_room, 1_000_000)
    assert send(sqlite_room, participant, strokes=large, drawing_id=drawing_id)["number"] == 1


def test_sqlite_pragmas_make_commits_durable(sqlite_room):
    sqlite_room.database.open()
    with closing(sqlite_room.database._engine(1).raw_connection()) as connection:
        settings = [
            connection.execute(f"PRAGMA {name}").fetchone()[0]
            for name in ("journal_mode", "synchronous", "foreign_keys", "secure_delete")
        ]
        on_macos = [
            connection.execute(f"PRAGMA {name}").fetchone()[0]
            for name in ("fullfsync", "checkpoint_fullfsync")
        ]
    assert settings == ["wal", 2, 1, 1]  # 2: FULL
    assert on_macos == [1, 1]


def test_sqlite_read_connections_cannot_write(sqlite_room):
    join(sqlite_room)
    with pytest.raises(DatabaseUnavailable, match="readonly"), sqlite_room.database.reading() as connection:
        connection.execute(delete(schema.participants))


def test_unavailable_database_is_reported_until_it_opens(tmp_path, monkeypatch):
    monkeypatch.setattr(database_module, "CLOSED_PAUSE", 0.0)
    (tmp_path / "room").write_text("a file where the folder should be")
    room = make_room(f"sqlite:///{tmp_path / 'room' / 'room.sqlite'}")
    for _ in range(2):
        with pytest.raises(DatabaseUnavailable, match="the room's file cannot be made"):
            room.join()
        with pytest.raises(DatabaseUnavailable):
            room.live.state(None, {})
    (tmp_path / "room").unlink()
    assert join(room).name
    room.close()


def test_file_that_is_no_database_is_reported_and_unchanged(tmp_path):
    path = tmp_path / "room.sqlite"
    path.write_bytes(b"this is a letter and no database " * 100)
    room = make_room(f"sqlite:///{path}")
    with pytest.raises(DatabaseUnavailable, match="cannot be opened: file is not a database"):
        room.join()
    assert path.read_bytes().startswith(b"this is a letter")
    room.close()


def test_unavailable_database_is_not_retried_at_once(tmp_path, monkeypatch):
    monkeypatch.setattr(database_module, "CLOSED_PAUSE", TIMEOUT)
    room, tries = make_room(f"sqlite:///{tmp_path / 'room.sqlite'}"), []

    def fail_to_open():
        tries.append(1)
        raise DatabaseUnavailable("the room's database cannot be opened: it is away")

    room.database._open = fail_to_open
    for _ in range(5):
        for act in (room.join, lambda: room.participant("unknown"), lambda: room.live.state(None, {})):
            with pytest.raises(DatabaseUnavailable, match="it is away"):
                act()
    assert len(tries) == 1


def test_reopening_blocks_no_other_thread(tmp_path, monkeypatch):
    monkeypatch.setattr(database_module, "CLOSED_PAUSE", 0.0)
    database = Database(f"sqlite:///{tmp_path / 'room.sqlite'}")
    is_opening, may_finish = threading.Event(), threading.Event()

    def open_slowly():
        is_opening.set()
        may_finish.wait(TIMEOUT)
        raise DatabaseUnavailable("still away")

    database._open_lock._failure = "away"
    database._open = open_slowly
    with ThreadPoolExecutor(1) as pool:
        opening = pool.submit(database.open)
        assert is_opening.wait(TIMEOUT)
        with pytest.raises(DatabaseUnavailable, match="^away$"):
            database.open()
        may_finish.set()
        assert opening.exception(TIMEOUT).message == "still away"


def test_unresponsive_database_is_tried_by_one_thread(tmp_path, monkeypatch):
    monkeypatch.setattr(database_module, "CLOSED_PAUSE", TIMEOUT)
    monkeypatch.setattr(database_module, "TIMED_OUT", 0.0)  # simulates a timeout
    database, tries = Database(f"sqlite:///{tmp_path / 'room.sqlite'}"), []

    def connect():
        tries.append(1)
        raise psycopg.OperationalError("connection timeout expired")

    database._engines = [create_engine("postgresql+psycopg://", creator=connect)] * 2
    for _ in range(5):
        with pytest.raises(DatabaseUnavailable, match="connection timeout expired"), database.reading():
            pass
    assert len(tries) == 1


def test_database_errors_hide_personal_data(room):
    row = {"id": join(room).id, "name": "Lovelace"} | PARTICIPANT
    with pytest.raises(IntegrityError) as caught, room.database.writing() as change:
        change.connection.execute(insert(schema.participants), row)
    assert "Lovelace" not in str(caught.value)


def test_postgresql_timeouts_are_below_ten_seconds():
    limits = POSTGRESQL_LIMITS
    lost = limits["keepalives_idle"] + limits["keepalives_interval"] * limits["keepalives_count"]
    assert max(limits["connect_timeout"], limits["tcp_user_timeout"] / 1000, lost) < 10


def test_closed_room_reopens_on_use(room):
    participant, secret = room.join()
    room.close()
    assert room.participant(secret) == participant


def test_sqlite_file_is_consistent_for_other_programs(sqlite_room, tmp_path):
    send(sqlite_room, join(sqlite_room))
    with closing(sqlite3.connect(tmp_path / "room.sqlite")) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert connection.execute("SELECT count(*) FROM drawings").fetchone() == (1,)


def test_deleted_participant_has_to_join_again(room):
    participant, people = join(room), join(room)
    with room.database.writing() as change:
        forgotten = schema.participants.c.id == participant.id
        change.connection.execute(delete(schema.participants).where(forgotten))
    for act in (
        lambda: send(room, participant),
        lambda: room.rename(participant, "Ada"),
        lambda: room.vote(participant, send(room, people)["id"], True),
    ):
        with pytest.raises(NotJoined):
            act()


@pytest.mark.slow
def test_postgresql_restart_is_survived(postgres):
    room = make_room(postgres.new_database())
    participant, secret = room.join()
    postgres.stop()
    try:
        with pytest.raises(DatabaseUnavailable, match="the room cannot be read at the moment"):
            room.participant(secret)
        with pytest.raises(StorageUnavailable), room.database.writing():
            pass
    finally:
        postgres.start()
    assert room.participant(secret) == participant
    assert send_with_retry(room, participant)["number"] == 1
    room.close()
