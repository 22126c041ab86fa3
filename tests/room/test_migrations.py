"""A database of an earlier version is brought up to date, one of a later version refused."""

import sqlite3
from pathlib import Path

import pytest
from sqlalchemy import create_engine, inspect, select, text, update

from tests.room.rooms import join, make_room, send
from webapp.errors import DatabaseUnavailable
from webapp.room import migrations, schema

VERSION_1 = Path(__file__).parent / "version_1.sql"  # a room with two drawings, as version 1 wrote it
ITS_DRAWING, ITS_SECRET = "11111111-2222-4333-8444-555555555555", "the-secret-of-version-1"


@pytest.fixture
def old_url(tmp_path) -> str:
    """The address of a database as version 1 left it."""
    connection = sqlite3.connect(tmp_path / "old.sqlite")
    connection.executescript(VERSION_1.read_text("utf-8"))
    connection.close()
    return f"sqlite:///{tmp_path / 'old.sqlite'}"


def tables(url: str) -> dict[str, set]:
    """Return every table's columns and indexes."""
    engine = create_engine(url)
    try:
        found = inspect(engine)
        return {
            name: {column["name"] for column in found.get_columns(name)}
            | {index["name"] for index in found.get_indexes(name)}
            for name in found.get_table_names()
        }
    finally:
        engine.dispose()


def test_room_of_version_1_goes_on_where_it_was(old_url):
    room = make_room(old_url)
    participant = room.participant(ITS_SECRET)
    assert participant.name == "Ada"
    drawing = room.drawing(ITS_DRAWING)
    assert (drawing["label"], drawing["digit"], len(drawing["answers"])) == (4, 9, 2)
    assert send(room, participant)["number"] == 3
    room.close()


def test_room_of_version_1_ends_with_the_tables_of_a_new_one(old_url, tmp_path):
    new_url = f"sqlite:///{tmp_path / 'new.sqlite'}"
    for url in (old_url, new_url):
        room = make_room(url)
        room.database.open()
        room.close()
    assert tables(old_url) == tables(new_url)


def test_there_is_a_step_for_every_version():
    assert sorted(migrations.STEPS) == list(range(2, schema.VERSION + 1))


def test_room_of_a_newer_version_is_refused_in_one_sentence(room):
    with room.database.writing() as change:
        change.connection.execute(update(schema.schema_version).values(version=schema.VERSION + 1))
    room.close()
    with pytest.raises(DatabaseUnavailable, match=f"version {schema.VERSION} or earlier, received version"):
        join(room)


def test_steps_run_once_and_in_their_order(room):
    join(room)
    ran = []

    def step(number: int):
        return lambda connection: ran.append(number)

    newest = schema.VERSION + 2
    steps = {number: step(number) for number in range(2, newest + 1)}
    for _ in range(2):
        with room.database.writing() as change:
            migrations.migrate(change.connection, steps, newest)
    assert ran == [schema.VERSION + 1, newest]


def test_step_that_fails_leaves_the_room_as_it_was(room):
    participant, secret = room.join()

    def fail(connection) -> None:
        connection.execute(text("ALTER TABLE participants ADD COLUMN colour TEXT"))
        raise DatabaseUnavailable("this step has failed")

    steps = {schema.VERSION + 1: fail}
    with pytest.raises(DatabaseUnavailable), room.database.writing() as change:
        migrations.migrate(change.connection, steps, schema.VERSION + 1)
    assert room.participant(secret) == participant
    with room.database.reading() as connection:
        assert connection.execute(select(schema.schema_version)).scalar_one() == schema.VERSION
        names = {column["name"] for column in inspect(connection).get_columns("participants")}
    assert "colour" not in names


def test_room_that_was_begun_by_an_interrupted_start_is_made_whole(tmp_path):
    (tmp_path / "room").mkdir()
    (tmp_path / "room" / "room.sqlite").touch()  # the file was made, its tables were not
    room = make_room(f"sqlite:///{tmp_path / 'room' / 'room.sqlite'}")
    assert join(room).name
    room.close()
