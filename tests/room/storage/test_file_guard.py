"""A room whose file is removed or replaced under the running server is written again."""

import shutil
import sqlite3
import sys
from contextlib import closing
from pathlib import Path

import pytest

from tests.room.rooms import join, make_room, send, send_many
from webapp.errors import DatabaseUnavailable, StorageUnavailable
from webapp.room.storage import file_guard


@pytest.fixture
def path(tmp_path) -> Path:
    """The path of the room's file, in a folder of its own."""
    return tmp_path / "room" / "room.sqlite"


@pytest.fixture
def room(path):
    room = make_room(f"sqlite:///{path}")
    yield room
    room.close()


def remove(path: Path) -> None:
    for file in path.parent.glob("room.sqlite*"):
        file.unlink()


def count_stored(path: Path) -> int:
    """Return the number of drawings that a new process finds; also checks the file."""
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        return connection.execute("SELECT count(*) FROM drawings").fetchone()[0]


def copy_as_left_by_a_kill(path: Path, folder: Path) -> Path:
    """Return a copy of the files as a process leaves them that is killed now."""
    shutil.copytree(path.parent, folder)
    return folder / path.name


def test_next_write_restores_a_removed_file(room, path, tmp_path, caplog):
    ada = join(room)
    send_many(room, ada, 3)
    remove(path)
    send_many(room, ada, 2)
    assert count_stored(copy_as_left_by_a_kill(path, tmp_path / "killed")) == 5
    assert path.stat().st_mode & 0o777 == 0o600
    for text in (room.database.notices[0], caplog.text):
        assert f"The room’s file {path} was removed or replaced" in text
        assert "It was written again with everything." in text


def test_check_restores_a_removed_file_without_a_write(room, path):
    send(room, join(room))
    remove(path)
    room.database.check_file()
    assert count_stored(path) == 1


@pytest.mark.parametrize("names", [["room.sqlite"], ["room.sqlite", "room.sqlite-wal"]])
def test_log_of_the_removed_file_is_not_replayed(room, path, names):
    ada = join(room)
    send_many(room, ada, 3)
    for name in names:
        path.with_name(name).unlink()
    send_many(room, ada, 2)
    room.close()
    assert count_stored(path) == 5


def test_log_of_the_removed_file_is_removed(room, path):
    send_many(room, join(room), 3)
    path.unlink()
    with closing(room.database._engine(1).raw_connection()) as connection:
        room.database.file.restore(connection.driver_connection)
    assert not path.with_name("room.sqlite-wal").exists()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such modes")
def test_file_is_private_while_it_is_written_again(room, path, monkeypatch):
    ada, modes = join(room), []
    remove(path)
    monkeypatch.setattr(file_guard, "_flush", lambda file: modes.append(file.stat().st_mode & 0o777))
    send(room, ada)
    assert modes[0] == 0o600


def test_removed_folder_is_made_again(room, path):
    ada = join(room)
    send(room, ada)
    shutil.rmtree(path.parent)
    send(room, ada)
    assert count_stored(path) == 2


def test_file_in_the_place_of_the_room_is_kept_aside(room, path):
    ada = join(room)
    send_many(room, ada, 3)
    other = make_room(f"sqlite:///{path.with_name('other.sqlite')}")
    send(other, join(other))
    other.close()
    path.with_name("other.sqlite").replace(path)
    send(room, ada)
    assert count_stored(path) == 4
    (aside,) = path.parent.glob("room-found-*.sqlite")
    assert count_stored(aside) == 1
    assert str(aside) in room.database.notices[0]


def test_older_copy_of_the_room_is_kept_aside(room, path, tmp_path):
    ada = join(room)
    send(room, ada)
    copy = copy_as_left_by_a_kill(path, tmp_path / "backup")
    assert count_stored(copy) == 1
    send(room, ada)
    copy.replace(path)
    send(room, ada)
    assert count_stored(path) == 3
    assert len(list(path.parent.glob("room-found-*.sqlite"))) == 1


def test_older_file_without_a_log_is_kept_aside(room, path, tmp_path):
    ada, copy = join(room), tmp_path / "copy.sqlite"
    send(room, ada)
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("VACUUM INTO ?", (str(copy),))
    send(room, ada)
    remove(path)
    copy.replace(path)
    send(room, ada)
    assert count_stored(path) == 3
    assert len(list(path.parent.glob("room-found-*.sqlite"))) == 1


def test_file_of_a_room_with_more_changes_is_kept_aside(room, path):
    ada = join(room)
    send(room, ada)
    other = make_room(f"sqlite:///{path.with_name('other.sqlite')}")
    send_many(other, join(other), 9)
    other.close()
    remove(path)
    path.with_name("other.sqlite").replace(path)
    send(room, ada)
    assert count_stored(path) == 2
    assert len(list(path.parent.glob("room-found-*.sqlite"))) == 1


def test_new_connection_makes_no_empty_file(room, path, monkeypatch):
    ada, secret = room.join()
    monkeypatch.setattr(room.database, "check_file", lambda: None)
    remove(path)
    with pytest.raises(DatabaseUnavailable, match="removed or replaced"):
        room.participant(secret)
    assert not path.exists()


def test_copy_of_another_process_that_wrote_on_is_used(room, path, tmp_path):
    ada = join(room)
    send(room, ada)
    second = make_room(f"sqlite:///{path}")
    second.database.open()
    remove(path)
    send(second, ada)
    send(room, ada)
    assert room.drawing(send(second, ada)["id"])["number"] == 4
    assert list(path.parent.glob("room-found-*")) == []
    second.close()


def test_file_is_restored_each_time_it_is_removed(room, path):
    ada = join(room)
    for number in range(1, 4):
        send(room, ada)
        remove(path)
        room.database.check_file()
        assert count_stored(path) == number


def test_readers_go_on_while_the_file_is_restored(room, path):
    ada, secret = room.join()
    with room.database.reading():  # keeps a connection to the removed file open
        remove(path)
        assert room.participant(secret).id == ada.id  # by a new connection
        send(room, ada)
    send(room, ada)  # after the last connection to the removed file was closed
    assert path.with_name("room.sqlite-wal").exists()
    room.close()
    assert count_stored(path) == 2


def test_drawings_are_refused_while_the_file_cannot_be_restored(room, path, monkeypatch):
    ada, secret = room.join()
    room.participant(secret)
    remove(path)

    def fail(self, copy) -> None:
        raise PermissionError("Permission denied")

    with monkeypatch.context() as patch:
        patch.setattr("webapp.room.storage.file_guard.FileGuard._move", fail)
        with pytest.raises(StorageUnavailable, match="cannot be written again"):
            send(room, ada)
        assert room.participant(secret) == ada
        assert "cannot be written again: Permission denied" in room.database.notices[0]
    with pytest.raises(StorageUnavailable, match="cannot be written again"):
        send(room, ada)  # not tried again at once
    monkeypatch.setattr(room.database.file, "_next_try", 0.0)
    send(room, ada)
    assert count_stored(path) == 1


def test_closed_room_does_not_come_back(room, path):
    send(room, join(room))
    room.close()
    remove(path)
    join(room)
    assert (count_stored(path), room.database.notices) == (0, [])


def test_untouched_file_gives_no_notice(room):
    send(room, join(room))
    room.database.check_file()
    assert room.database.notices == []
