"""From the tables of an older version to today's, one step a version.

A new database gets today's tables from schema.py at once. An older one goes through the steps, in the
transaction in which it is opened, so a step that fails leaves it as it was.
"""

import secrets
import time
from collections.abc import Callable, Mapping

from sqlalchemy import Connection, insert, inspect, select, text, update

from webapp.errors import DatabaseUnavailable
from webapp.room import schema

LOCK = 0x1_4B_71_5E  # any number, the same in each process

# version -> what leads to it from the version before. Plain SQL that both databases know, since schema.py
# goes on changing and a step must not.
STEPS: dict[int, Callable[[Connection], None]] = {}


def migrate(connection: Connection, steps: Mapping = STEPS, newest: int = schema.VERSION) -> None:
    """Make or renew the tables. Raises DatabaseUnavailable for a database of a newer version."""
    if connection.dialect.name == "postgresql":  # SQLite has locked itself already
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": LOCK})
    if not inspect(connection).has_table("schema_version"):
        _create(connection, newest)
        return
    version = connection.execute(select(schema.schema_version.c.version)).scalar_one()
    if version > newest:
        raise DatabaseUnavailable(
            f"expected a room's database of version {newest} or earlier, received version {version}: "
            "it was made by a newer Inkwise"
        )
    for number in range(version + 1, newest + 1):
        steps[number](connection)
    if version < newest:
        connection.execute(update(schema.schema_version).values(version=newest))


def _create(connection: Connection, version: int) -> None:
    schema.metadata.create_all(connection)
    connection.execute(insert(schema.schema_version).values(version=version))
    now = time.time()
    # A page that was left open asks for what is new since a revision of another room. Counting from the
    # clock, that one is always lower than this room's first.
    first, round_id = int(now), secrets.token_hex(6)
    connection.execute(
        insert(schema.rounds).values(id=round_id, number=1, kind="free", started_at=int(now * 1000))
    )
    connection.execute(
        insert(schema.room).values(
            id=1,
            first_revision=first,
            revision=first,
            round_id=round_id,
            paused=False,
            last_number=0,
            drawings=0,
            cleared_number=0,
            cleared_revision=first,
        )
    )
