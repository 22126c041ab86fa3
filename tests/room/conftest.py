"""Rooms for the tests of webapp/room."""

import pytest

from tests.room.rooms import Reader, make_room


@pytest.fixture
def reader() -> Reader:
    """A fake for the networks."""
    return Reader()


@pytest.fixture
def room(database_url, reader):
    """A new room, once on SQLite and once on PostgreSQL."""
    room = make_room(database_url, reader)
    yield room
    room.close()
