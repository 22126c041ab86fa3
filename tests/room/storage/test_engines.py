"""The URL of the room's database, and the mode of its file."""

import sys

import pytest
from sqlalchemy import make_url
from sqlalchemy.exc import OperationalError

from webapp.errors import SettingError
from webapp.room.storage.database import Database
from webapp.room.storage.engines import database_url, make_readers, make_writer, parse_url


def test_database_url_defaults_to_the_room_folder(tmp_path):
    url = make_url(database_url("sqlite", tmp_path / "a b?c%20d"))
    assert url.database == str(tmp_path / "a b?c%20d" / "room.sqlite")
    assert database_url("postgresql+psycopg://me@db/room", tmp_path) == "postgresql+psycopg://me@db/room"


@pytest.mark.parametrize(
    "url",
    ["room", "sqlite://", "sqlite:", "mysql://me@db/room", "postgresql://me@db/room", "://", "sqlite+x:///a"],
)
def test_database_of_another_kind_is_rejected(url):
    with pytest.raises(SettingError, match="expected sqlite, sqlite:///FILE or postgresql"):
        Database(url)


def test_database_url_error_hides_the_password():
    with pytest.raises(SettingError) as caught:
        Database("mysql://me:secret@db/room")
    assert "secret" not in str(caught.value)


def test_connection_creates_no_file(tmp_path):
    path = tmp_path / "room.sqlite"
    with pytest.raises(OperationalError):
        make_readers(parse_url(f"sqlite:///{path}")).connect()
    assert not path.exists()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such modes")
def test_files_that_exist_become_readable_for_their_owner_only(tmp_path):
    files = [tmp_path / f"room.sqlite{suffix}" for suffix in ("", "-wal", "-shm")]
    for file in files:
        file.touch()
        file.chmod(0o644)
    make_writer(parse_url(f"sqlite:///{files[0]}")).dispose()
    assert [file.stat().st_mode & 0o777 for file in files] == [0o600] * 3
