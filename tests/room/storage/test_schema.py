"""Databases of earlier versions are migrated, those of later versions rejected."""

import json
import sqlite3
from pathlib import Path

import pytest
from sqlalchemy import create_engine, inspect, select, text, update

from tests.room.rooms import MODELS, join, make_room, send
from webapp.errors import DatabaseUnavailable
from webapp.room.storage import schema

VERSION_1 = Path(__file__).parent / "version_1.sql"  # a room with two drawings, written by version 1
# A free round with two cleared drawings, two on the wall (one rejected) and a hidden one; then a fool round
# with one drawing that fooled the network, one that it read and one that it rejected.
VERSION_2 = Path(__file__).parent / "version_2.sql"
VERSION_3 = VERSION_2.with_name("version_3.sql")  # the same room, written by version 3
DRAWING_ID, SECRET = "11111111-2222-4333-8444-555555555555", "the-secret-of-version-1"


@pytest.fixture
def old_url(tmp_path) -> str:
    """The URL of a database written by version 1."""
    return restore(VERSION_1, tmp_path)


def restore(dump: Path, folder: Path) -> str:
    """Return the URL of a new database with the content of `dump`."""
    connection = sqlite3.connect(folder / "old.sqlite")
    connection.executescript(dump.read_text("utf-8"))
    connection.close()
    return f"sqlite:///{folder / 'old.sqlite'}"


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


def test_room_of_version_1_is_migrated_with_its_data(old_url):
    room = make_room(old_url)
    participant = room.participant(SECRET)
    assert participant.name == "Ada"
    drawing = room.drawing(DRAWING_ID)
    assert (drawing["label"], drawing["digit"], len(drawing["answers"])) == (4, 9, 2)
    assert send(room, participant)["number"] == 3
    room.close()


def test_room_of_version_2_counts_rejections_verdicts_and_the_wall(tmp_path):
    room = make_room(restore(VERSION_2, tmp_path))
    everything, wall = (
        json.loads(room.live.scoreboard(MODELS, "conv", None, only_wall=flag).json) for flag in (False, True)
    )
    assert (everything["models"][1]["right"], everything["models"][1]["labeled"]) == (1, 4)
    assert (everything["confusion"][4][9], everything["confusion"][4][10]) == (1, 2)
    assert (wall["confusion"][4][9], wall["confusion"][4][10], wall["models"][1]["labeled"]) == (1, 1, 2)
    assert wall["verdicts"] == everything["verdicts"] == {"caught": 1, "voting": 1, "yes": 1, "no": 0}
    assert [len(pair["drawings"]) for pair in everything["pairs"]] == [2, 1]
    state = json.loads(room.live.state(None, {}).json)
    assert (state["drawings"], state["on_wall"]) == (7, 5)
    room.close()


@pytest.mark.parametrize("dump", [VERSION_1, VERSION_2, VERSION_3])
def test_room_of_an_old_version_gets_the_tables_of_a_new_one(dump, tmp_path):
    old_url = restore(dump, tmp_path)
    new_url = f"sqlite:///{tmp_path / 'new.sqlite'}"
    for url in (old_url, new_url):
        room = make_room(url)
        room.database.open()
        room.close()
    assert tables(old_url) == tables(new_url)


def test_each_version_has_a_migration_step():
    assert sorted(schema.STEPS) == list(range(2, schema.VERSION + 1))


def test_room_of_a_newer_version_is_rejected(room):
    with room.database.writing() as change:
        change.connection.execute(update(schema.schema_version).values(version=schema.VERSION + 1))
    room.close()
    with pytest.raises(DatabaseUnavailable, match=f"version {schema.VERSION} or earlier, received version"):
        join(room)


def test_steps_run_once_and_in_order(room):
    join(room)
    ran = []

    def step(number: int):
        return lambda connection: ran.append(number)

    newest = schema.VERSION + 2
    steps = {number: step(number) for number in range(2, newest + 1)}
    for _ in range(2):
        with room.database.writing() as change:
            schema.migrate(change.connection, steps, newest)
    assert ran == [schema.VERSION + 1, newest]


def test_failed_step_is_rolled_back(room):
    participant, secret = room.join()

    def fail(connection) -> None:
        connection.execute(text("ALTER TABLE participants ADD COLUMN color TEXT"))
        raise DatabaseUnavailable("this step has failed")

    steps = {schema.VERSION + 1: fail}
    with pytest.raises(DatabaseUnavailable), room.database.writing() as change:
        schema.migrate(change.connection, steps, schema.VERSION + 1)
    assert room.participant(secret) == participant
    with room.database.reading() as connection:
        assert connection.execute(select(schema.schema_version)).scalar_one() == schema.VERSION
        names = {column["name"] for column in inspect(connection).get_columns("participants")}
    assert "color" not in names


def test_empty_database_file_is_initialized(tmp_path):
    (tmp_path / "room").mkdir()
    (tmp_path / "room" / "room.sqlite").touch()  # the file exists without tables
    room = make_room(f"sqlite:///{tmp_path / 'room' / 'room.sqlite'}")
    assert join(room).name
    room.close()
