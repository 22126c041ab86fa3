"""Import drawings from the JSON Lines that export.py writes.

A line that cannot be used is left out and reported with its number and the reason. Drawings that the room
has, or that were deleted from it, are skipped, so a file can be sent twice. Expired ones are not stored:
retention would delete them within an hour, and their tombstones would prevent another import.
"""

import secrets
import time
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import BinaryIO

from sqlalchemy import Table, func, insert, select

from webapp.errors import BadRequest, InkwiseError
from webapp.room import drawings, rounds, votes
from webapp.room.participants import hashed
from webapp.room.rounds import Round
from webapp.room.storage.database import Change, Database
from webapp.room.storage.schema import confusion_counts
from webapp.room.storage.schema import drawings as drawings_table
from webapp.room.storage.schema import participants as participants_table
from webapp.room.storage.schema import rounds as rounds_table
from webapp.room.storage.schema import tombstones as tombstones_table
from webapp.room.transfer.import_parser import MAX_LINE, MAX_MODELS, Line, read_line

BATCH = 25  # lines read, and stored in one transaction if that takes at most HOLD
BATCH_VOTES = 1_000  # of these lines, if there is more than one
HOLD = 0.05  # seconds of a transaction, during which others wait to write, after which no line is begun
PAUSE = 0.01  # seconds between two transactions: others that wait to write get the lock first
MAX_PROBLEMS = 100  # reported one by one; more are only counted


@dataclass
class Report:
    """The result of an import. `problems` holds the first hundred, `left_out` counts all."""

    imported: int = 0
    skipped: int = 0
    expired: int = 0
    left_out: int = 0
    problems: list[dict] = field(default_factory=list)

    def leave_out(self, line: int, reason: str) -> None:
        self.left_out += 1
        if len(self.problems) < MAX_PROBLEMS:
            self.problems.append({"line": line, "reason": reason})


def import_jsonl(database: Database, lines: Iterable[bytes], since: int = 0) -> Report:
    """Store the drawings of JSON Lines.

    Args:
        since: milliseconds since 1970; earlier drawings have expired.

    Raises:
        StorageUnavailable, DatabaseUnavailable: the database cannot be written. Earlier drawings are stored;
            repeating the import stores the rest.
    """
    report = Report()
    readable = _read_all(lines, since, report)
    with database.reading() as connection:
        models = set(connection.execute(select(confusion_counts.c.model).distinct()).scalars())
    for batch in _batches(readable):
        while batch:
            database.check_space()
            with database.writing() as change:
                stored = _Batch(change, batch, models).store(report)
            batch = batch[stored:]
            time.sleep(PAUSE)
    return report


def split_lines(file: BinaryIO) -> Iterator[bytes]:
    """Yield the lines of a file; of too long lines only a part, which is also too long."""
    while line := file.readline(MAX_LINE + 1):
        yield line
        while len(line) > MAX_LINE and not line.endswith(b"\n"):
            line = file.readline(MAX_LINE + 1)


def _read_all(lines: Iterable[bytes], since: int, report: Report) -> Iterator[Line]:
    for number, text in enumerate(lines, start=1):
        if not text.strip():
            continue
        try:
            line = read_line(number, text)
        except InkwiseError as error:
            report.leave_out(number, error.message)
            continue
        if line.sent_at < since:
            report.expired += 1
        else:
            yield line


def _batches(lines: Iterable[Line]) -> Iterator[list[Line]]:
    batch: list[Line] = []
    for line in lines:
        votes_before = sum(len(each.votes) for each in batch)
        if len(batch) == BATCH or (batch and votes_before + len(line.votes) > BATCH_VOTES):
            yield batch
            batch = []
        batch.append(line)
    if batch:
        yield batch


class _Batch:
    """Lines that are stored in one transaction, and the rows that the room has of them."""

    def __init__(self, change: Change, lines: Sequence[Line], models: set[str]):
        self._change = change
        self._lines = lines
        self._models = models  # names that the room knows; extended
        self._query_all()

    def store(self, report: Report) -> int:
        """Store lines for at most HOLD seconds, and at least one. Return how many were dealt with."""
        begun = time.monotonic()
        for number, line in enumerate(self._lines):
            if number and time.monotonic() - begun > HOLD:
                return number
            if line.drawing.id in self._drawings:
                report.skipped += 1
            else:
                self._store_or_leave_out(line, report)
        return len(self._lines)

    def _query_all(self) -> None:
        """Query once for all lines: a query for each takes longer than storing it."""
        ids = [line.drawing.id for line in self._lines]
        people = {line.drawing.participant_id for line in self._lines}
        people |= {participant_id for line in self._lines for participant_id in line.votes}
        self._drawings = self._find(drawings_table, ids) | self._find(tombstones_table, ids)
        self._people = self._find(participants_table, people)
        query = select(*rounds.COLUMNS).where(
            rounds_table.c.id.in_({line.drawing.round.id for line in self._lines})
        )
        self._rounds = {row.id: Round(*row) for row in self._change.connection.execute(query)}

    def _find(self, table: Table, ids: Collection[str]) -> set[str]:
        query = select(table.c.id).where(table.c.id.in_(ids))
        return set(self._change.connection.execute(query).scalars())

    def _store_or_leave_out(self, line: Line, report: Report) -> None:
        published = self._change.published
        try:
            with self._change.connection.begin_nested():  # an error rolls back this line only
                self._store(line)
            report.imported += 1
        except InkwiseError as error:
            self._change.published = published
            self._query_all()  # the rows of this line were rolled back
            report.leave_out(line.number, error.message)

    def _store(self, line: Line) -> None:
        new = line.drawing
        self._check_models(new.answers)
        self._ensure_round(new.round)
        voters = {participant_id: name for participant_id, (name, _) in line.votes.items()}
        self._ensure_participants({new.participant_id: line.name} | voters, line.sent_at)
        saved, _ = drawings.save(self._change, new)
        votes.store_all(self._change, saved, {each: counts for each, (_, counts) in line.votes.items()})
        if line.hidden:
            drawings.hide(self._change, new.id, True)
        self._drawings.add(new.id)
        self._models.update(new.answers)

    def _check_models(self, names: Collection[str]) -> None:
        if len(self._models.union(names)) > MAX_MODELS:
            raise BadRequest(f"expected answers of at most {MAX_MODELS} models in a room, received another")

    def _ensure_round(self, wanted: Round) -> None:
        known = self._rounds.setdefault(wanted.id, wanted)
        if known != wanted:
            raise BadRequest(
                f"expected the round {wanted.id} as this room knows it, received another of that id"
            )
        if known is not wanted:
            return
        newest = self._change.connection.execute(select(func.max(rounds_table.c.number))).scalar_one()
        self._change.connection.execute(
            insert(rounds_table).values(
                id=wanted.id,
                number=newest + 1,
                kind=wanted.kind,
                digit=wanted.digit,
                started_at=wanted.started_at,
            )
        )

    def _ensure_participants(self, names: Mapping[str, str], seen_at: int) -> None:
        rows = [
            {
                "id": participant_id,
                "secret_hash": hashed(secrets.token_urlsafe()),  # of no cookie: the phone joined another room
                "name": name,
                "revision": self._change.revision,
                "joined_at": seen_at,
                "seen_at": seen_at,
            }
            for participant_id, name in names.items()
            if participant_id not in self._people
        ]
        if rows:
            self._change.connection.execute(insert(participants_table), rows)
            self._people.update(names)
