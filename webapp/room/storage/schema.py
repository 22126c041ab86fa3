"""The tables of a room, and the migrations from earlier versions. A database holds one room.

Times are milliseconds since 1970, UTC. A new database gets the present tables; an older one is migrated step
by step in one transaction, so a failed step changes nothing. To store another column: add it to its table
here, add one to VERSION, and add a step that alters the table.
"""

import secrets
import time
from collections.abc import Callable, Mapping

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Connection,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    SmallInteger,
    Table,
    Text,
    false,
    insert,
    inspect,
    select,
    text,
    update,
)

from webapp.errors import DatabaseUnavailable

VERSION = 4  # of the tables below

metadata = MetaData()

schema_version = Table("schema_version", metadata, Column("version", Integer, nullable=False))

# One row. Each writer locks it, so revisions are committed in order.
room = Table(
    "room",
    metadata,
    Column("id", SmallInteger, primary_key=True, autoincrement=False),  # always 1
    Column("first_revision", BigInteger, nullable=False),
    Column("revision", BigInteger, nullable=False),  # grows by one with every visible change
    Column("round_id", Text, nullable=False),  # the present round
    Column("paused", Boolean, nullable=False),
    Column("spotlight", Text),  # id of a drawing
    Column("last_number", Integer, nullable=False),  # of the newest drawing
    Column("drawings", Integer, nullable=False),  # neither hidden nor deleted
    Column("on_wall", Integer, nullable=False),  # those of them that were not cleared
    Column("cleared_number", Integer, nullable=False),  # the wall shows later drawings only
    Column("cleared_revision", BigInteger, nullable=False),  # when the wall was cleared
    Column("joining_closed", Boolean, nullable=False, server_default=false()),
    Column("approval", Boolean, nullable=False, server_default=false()),  # before drawings reach the wall
)

# Key-value settings of the room, such as the join code and the presenter's token.
settings = Table(
    "settings", metadata, Column("name", Text, primary_key=True), Column("value", Text, nullable=False)
)

participants = Table(
    "participants",
    metadata,
    Column("id", Text, primary_key=True),  # random, public
    Column("secret_hash", Text, nullable=False, unique=True),  # SHA-256 of the cookie
    Column("name", Text, nullable=False),
    Column("revision", BigInteger, nullable=False),  # of the last change of their name or drawings
    Column("joined_at", BigInteger, nullable=False),
    Column("seen_at", BigInteger, nullable=False, index=True),  # up to 10 seconds late, see presence.py
    Column("blocked", Boolean, nullable=False, server_default=false()),  # see moderation.py
)

rounds = Table(
    "rounds",
    metadata,
    Column("id", Text, primary_key=True),  # random: a phone may know a round of another room
    Column("number", Integer, nullable=False, unique=True),  # 1, 2, ... in order of creation or import
    Column("kind", Text, nullable=False),  # free, ask or fool
    Column("digit", SmallInteger),  # to draw
    Column("started_at", BigInteger, nullable=False),
)

drawings = Table(
    "drawings",
    metadata,
    Column("id", Text, primary_key=True),  # a UUID made by the phone
    Column("number", Integer, nullable=False, unique=True),  # 1, 2, ... in order of saving
    Column("revision", BigInteger, nullable=False, index=True),
    Column("participant_id", Text, ForeignKey("participants.id"), nullable=False),
    Column("round_id", Text, ForeignKey("rounds.id"), nullable=False),
    Column("strokes", Text, nullable=False),  # as received, JSON
    Column("thumbnail", Text, nullable=False),  # simplified strokes, JSON
    Column("bitmap", LargeBinary, nullable=False),  # 784 bytes
    Column("label", SmallInteger),  # the digit it shows, if known
    Column("digit", SmallInteger, nullable=False),  # prediction of the default model
    Column("probability", Float, nullable=False),
    Column("is_digit", Float),
    Column("fooled", Text),  # of a fool round: its verdict, see verdicts.py
    Column("yes", Integer, nullable=False),  # votes
    Column("no", Integer, nullable=False),
    Column("hidden", Boolean, nullable=False),
    Column("withheld", Text),  # why it is hidden if not by hand: approval or person, see moderation.py
    Column("sent_at", BigInteger, nullable=False, index=True),
    Index("drawings_by_participant", "participant_id", "number"),
    Index("drawings_by_fooled", "fooled", "number"),
    Index("drawings_by_withheld", "withheld", "number"),
)

FOR_APPROVAL, OF_BLOCKED = "approval", "person"  # values of drawings.withheld

answers = Table(
    "answers",
    metadata,
    Column("drawing_id", Text, ForeignKey("drawings.id", ondelete="CASCADE"), primary_key=True),
    Column("model", Text, primary_key=True),
    Column("digit", SmallInteger, nullable=False),
    Column("probability", Float, nullable=False),
    Column("is_digit", Float),
    Column("reading", SmallInteger, nullable=False),  # the digit, or 10: no digit
    Column("label", SmallInteger),  # of the drawing, for the index
    Column("number", Integer, nullable=False),
    Index("answers_by_pair", "model", "label", "reading", "number"),
)

votes = Table(
    "votes",
    metadata,
    Column("drawing_id", Text, ForeignKey("drawings.id", ondelete="CASCADE"), primary_key=True),
    Column("participant_id", Text, ForeignKey("participants.id"), primary_key=True, index=True),
    Column("counts", Boolean, nullable=False),
)

# A deleted drawing: live views remove it, and a late copy is rejected.
tombstones = Table(
    "tombstones",
    metadata,
    Column("id", Text, primary_key=True),
    Column("revision", BigInteger, nullable=False, index=True),
)

# The number of a round's visible drawings with this label that each model read so.
confusion_counts = Table(
    "confusion_counts",
    metadata,
    Column("round_id", Text, ForeignKey("rounds.id"), primary_key=True),
    Column("model", Text, primary_key=True),
    Column("label", SmallInteger, primary_key=True, autoincrement=False),  # -1: not labeled
    Column("reading", SmallInteger, primary_key=True, autoincrement=False),  # a digit, or 10: no digit
    Column("count", Integer, nullable=False),
    Column("on_wall", Integer, nullable=False),  # those of them that were not cleared
)

# The number of a fool round's visible drawings with this verdict.
verdict_counts = Table(
    "verdict_counts",
    metadata,
    Column("round_id", Text, ForeignKey("rounds.id"), primary_key=True),
    Column("verdict", Text, primary_key=True),
    Column("count", Integer, nullable=False),
    Column("on_wall", Integer, nullable=False),
)

LOCK = 0x1_4B_71_5E  # key of PostgreSQL's advisory lock; any number


def _to_version_2(connection: Connection) -> None:
    """Rename tables and a column to what they hold."""
    for statement in (
        "ALTER TABLE kept RENAME TO settings",
        "ALTER TABLE gone RENAME TO tombstones",
        "ALTER TABLE tallies RENAME TO confusion_counts",
        "ALTER TABLE drawings RENAME COLUMN shape TO thumbnail",
        "DROP INDEX ix_gone_revision",
        "CREATE INDEX ix_tombstones_revision ON tombstones (revision)",
    ):
        connection.execute(text(statement))


def _to_version_3(connection: Connection) -> None:
    """Store readings (10: no digit, below the threshold of is_digit), and count what is on the wall."""
    visible = "drawings, room WHERE NOT hidden"
    on_wall = "sum(CASE WHEN drawings.number > room.cleared_number THEN 1 ELSE 0 END)"
    for statement in (
        "ALTER TABLE answers ADD COLUMN reading SMALLINT NOT NULL DEFAULT 0",
        "UPDATE answers SET reading = CASE WHEN is_digit < 0.5 THEN 10 ELSE digit END",
        "DROP INDEX answers_by_pair",
        "CREATE INDEX answers_by_pair ON answers (model, label, reading, number)",
        "UPDATE drawings SET fooled = 'caught' WHERE fooled IS NULL "
        "AND round_id IN (SELECT id FROM rounds WHERE kind = 'fool')",
        "ALTER TABLE room ADD COLUMN on_wall INTEGER NOT NULL DEFAULT 0",
        "UPDATE room SET on_wall = "
        "(SELECT count(*) FROM drawings WHERE NOT hidden AND number > room.cleared_number)",
        "DROP TABLE confusion_counts",
        "CREATE TABLE confusion_counts (round_id TEXT NOT NULL REFERENCES rounds (id), model TEXT NOT NULL, "
        "label SMALLINT NOT NULL, reading SMALLINT NOT NULL, count INTEGER NOT NULL, "
        "on_wall INTEGER NOT NULL, PRIMARY KEY (round_id, model, label, reading))",
        "INSERT INTO confusion_counts "
        f"SELECT drawings.round_id, model, coalesce(answers.label, -1), reading, count(*), {on_wall} "
        f"FROM answers, {visible} AND drawing_id = drawings.id "
        "GROUP BY drawings.round_id, model, coalesce(answers.label, -1), reading",
        "CREATE TABLE verdict_counts (round_id TEXT NOT NULL REFERENCES rounds (id), verdict TEXT NOT NULL, "
        "count INTEGER NOT NULL, on_wall INTEGER NOT NULL, PRIMARY KEY (round_id, verdict))",
        f"INSERT INTO verdict_counts SELECT drawings.round_id, fooled, count(*), {on_wall} "
        f"FROM {visible} AND fooled IS NOT NULL GROUP BY drawings.round_id, fooled",
    ):
        connection.execute(text(statement))


def _to_version_4(connection: Connection) -> None:
    """Let the presenter close joining, approve drawings first, and block participants."""
    for statement in (
        "ALTER TABLE room ADD COLUMN joining_closed BOOLEAN NOT NULL DEFAULT FALSE",
        "ALTER TABLE room ADD COLUMN approval BOOLEAN NOT NULL DEFAULT FALSE",
        "ALTER TABLE participants ADD COLUMN blocked BOOLEAN NOT NULL DEFAULT FALSE",
        "ALTER TABLE drawings ADD COLUMN withheld TEXT",
        "CREATE INDEX drawings_by_withheld ON drawings (withheld, number)",
    ):
        connection.execute(text(statement))


# version -> migration from the version before, in plain SQL for both databases: the tables above will change.
STEPS: dict[int, Callable[[Connection], None]] = {2: _to_version_2, 3: _to_version_3, 4: _to_version_4}


def migrate(connection: Connection, steps: Mapping = STEPS, newest: int = VERSION) -> None:
    """Create the tables, or migrate those of an older version, in the caller's transaction.

    Raises:
        DatabaseUnavailable: the database has a newer version.
    """
    if connection.dialect.name == "postgresql":  # SQLite's transaction is exclusive
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": LOCK})
    if not inspect(connection).has_table("schema_version"):
        _create(connection, newest)
        return
    version = connection.execute(select(schema_version.c.version)).scalar_one()
    if version > newest:
        raise DatabaseUnavailable(
            f"expected a room's database of version {newest} or earlier, received version {version}: "
            "it was made by a newer Inkwise"
        )
    for number in range(version + 1, newest + 1):
        steps[number](connection)
    if version < newest:
        connection.execute(update(schema_version).values(version=newest))


def _create(connection: Connection, version: int) -> None:
    metadata.create_all(connection)
    connection.execute(insert(schema_version).values(version=version))
    now = time.time()
    # A page that was left open may ask for changes since a revision of another room. Revisions start at the
    # present time in seconds, so that one is always lower.
    first, round_id = int(now), secrets.token_hex(6)
    connection.execute(insert(rounds).values(id=round_id, number=1, kind="free", started_at=int(now * 1000)))
    connection.execute(
        insert(room).values(
            id=1,
            first_revision=first,
            revision=first,
            round_id=round_id,
            paused=False,
            last_number=0,
            drawings=0,
            on_wall=0,
            cleared_number=0,
            cleared_revision=first,
        )
    )
