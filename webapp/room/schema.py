"""The tables of a room. There is one room in a database.

Times are milliseconds since 1970 in UTC, the same on every database.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    SmallInteger,
    Table,
    Text,
)

VERSION = 1  # of the tables below; migrations.py leads from earlier ones to it

metadata = MetaData()

schema_version = Table("schema_version", metadata, Column("version", Integer, nullable=False))

# One row. Its UPDATE is what makes writers wait for each other, so revisions are committed in order.
room = Table(
    "room",
    metadata,
    Column("id", SmallInteger, primary_key=True, autoincrement=False),  # always 1
    Column("first_revision", BigInteger, nullable=False),
    Column("revision", BigInteger, nullable=False),  # grows by one with every change that can be seen
    Column("round_id", Text, nullable=False),  # the round that runs
    Column("paused", Boolean, nullable=False),
    Column("spotlight", Text),  # id of a drawing
    Column("last_number", Integer, nullable=False),  # of the newest drawing ever saved
    Column("drawings", Integer, nullable=False),  # that are neither hidden nor deleted
    Column("cleared_number", Integer, nullable=False),  # up to which the wall was cleared
    Column("cleared_revision", BigInteger, nullable=False),  # at which it was
)

# Short texts that are kept with the room: the word that phones join with, the presenter's token.
kept = Table("kept", metadata, Column("name", Text, primary_key=True), Column("value", Text, nullable=False))

participants = Table(
    "participants",
    metadata,
    Column("id", Text, primary_key=True),  # random, public
    Column("secret_hash", Text, nullable=False, unique=True),  # SHA-256 of the cookie
    Column("name", Text, nullable=False),
    Column("revision", BigInteger, nullable=False),  # at which anything of theirs changed last
    Column("joined_at", BigInteger, nullable=False),
    Column("seen_at", BigInteger, nullable=False, index=True),  # at most some seconds late, see presence.py
)

rounds = Table(
    "rounds",
    metadata,
    Column("id", Text, primary_key=True),  # random: a phone may hold one of another room's rounds
    Column("number", Integer, nullable=False, unique=True),  # 1, 2, ... as they came, by import too
    Column("kind", Text, nullable=False),  # free, ask or fool
    Column("digit", SmallInteger),  # that is asked for
    Column("started_at", BigInteger, nullable=False),
)

drawings = Table(
    "drawings",
    metadata,
    Column("id", Text, primary_key=True),  # the UUID that the phone made
    Column("number", Integer, nullable=False, unique=True),  # 1, 2, ... in the order of saving
    Column("revision", BigInteger, nullable=False, index=True),
    Column("participant_id", Text, ForeignKey("participants.id"), nullable=False),
    Column("round_id", Text, ForeignKey("rounds.id"), nullable=False),
    Column("strokes", Text, nullable=False),  # the ink as it came, JSON
    Column("shape", Text, nullable=False),  # the same, small enough for a wall, JSON
    Column("bitmap", LargeBinary, nullable=False),  # 784 bytes
    Column("label", SmallInteger),  # the digit that it is, where somebody said so
    Column("digit", SmallInteger, nullable=False),  # what the default model read, and how surely
    Column("probability", Float, nullable=False),
    Column("is_digit", Float),
    Column("fooled", Text),  # voting, yes or no, where the network was fooled
    Column("yes", Integer, nullable=False),  # votes
    Column("no", Integer, nullable=False),
    Column("hidden", Boolean, nullable=False),
    Column("sent_at", BigInteger, nullable=False, index=True),
    Index("drawings_by_participant", "participant_id", "number"),
    Index("drawings_by_fooled", "fooled", "number"),
)

answers = Table(
    "answers",
    metadata,
    Column("drawing_id", Text, ForeignKey("drawings.id", ondelete="CASCADE"), primary_key=True),
    Column("model", Text, primary_key=True),
    Column("digit", SmallInteger, nullable=False),
    Column("probability", Float, nullable=False),
    Column("is_digit", Float),
    Column("label", SmallInteger),  # the drawing's, and its number: an index finds a pair's newest
    Column("number", Integer, nullable=False),
    Index("answers_by_pair", "model", "label", "digit", "number"),
)

votes = Table(
    "votes",
    metadata,
    Column("drawing_id", Text, ForeignKey("drawings.id", ondelete="CASCADE"), primary_key=True),
    Column("participant_id", Text, ForeignKey("participants.id"), primary_key=True, index=True),
    Column("counts", Boolean, nullable=False),
)

# What is left of a deleted drawing: live views must hear of it, and a late copy must not bring it back.
gone = Table(
    "gone",
    metadata,
    Column("id", Text, primary_key=True),
    Column("revision", BigInteger, nullable=False, index=True),
)

# How many of a round's visible drawings with this label each model read as this digit.
tallies = Table(
    "tallies",
    metadata,
    Column("round_id", Text, ForeignKey("rounds.id"), primary_key=True),
    Column("model", Text, primary_key=True),
    Column("label", SmallInteger, primary_key=True, autoincrement=False),  # -1: not known
    Column("digit", SmallInteger, primary_key=True, autoincrement=False),
    Column("count", Integer, nullable=False),
)
