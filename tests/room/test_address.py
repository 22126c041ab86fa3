"""The URL of the room's database."""

import pytest
from sqlalchemy import make_url

from webapp.errors import SettingError
from webapp.room.address import database_url
from webapp.room.database import Database


def test_database_lies_in_the_rooms_folder_unless_another_is_named(tmp_path):
    url = make_url(database_url("sqlite", tmp_path / "a b?c%20d"))
    assert url.database == str(tmp_path / "a b?c%20d" / "room.sqlite")
    assert database_url("postgresql+psycopg://me@db/room", tmp_path) == "postgresql+psycopg://me@db/room"


@pytest.mark.parametrize(
    "url",
    ["room", "sqlite://", "sqlite:", "mysql://me@db/room", "postgresql://me@db/room", "://", "sqlite+x:///a"],
)
def test_database_of_another_kind_is_refused(url):
    with pytest.raises(SettingError, match="expected sqlite, sqlite:///FILE or postgresql"):
        Database(url)


def test_database_that_is_refused_does_not_tell_its_password():
    with pytest.raises(SettingError) as caught:
        Database("mysql://me:secret@db/room")
    assert "secret" not in str(caught.value)
