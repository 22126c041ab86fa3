"""Bring drawings into a room: the JSON Lines that export.py writes.

A line that cannot be used is left out and told with its number and the reason, and the rest is read.
A drawing that the room has, or that was deleted from it, is passed over, so a file can be sent twice.
"""

import secrets
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import BinaryIO

from sqlalchemy import Table, func, insert, select

from webapp.errors import BadRequest, InkwiseError
from webapp.room import drawings, rounds, votes
from webapp.room.database import Change, Database
from webapp.room.participants import hashed
from webapp.room.rounds import Round
from webapp.room.schema import drawings as drawings_table
from webapp.room.schema import gone as gone_table
from webapp.room.schema import participants as participants_table
from webapp.room.schema import rounds as rounds_table
from webapp.room.transfer.import_parser import LONGEST, Line, read_line

BATCH = 25  # lines stored at once: others wait to write meanwhile
MOST_PROBLEMS = 100  # told one by one; more are only counted


@dataclass
class Report:
    """What came of an import. `problems` holds the first hundred, `left_out` counts all."""

    imported: int = 0
    skipped: int = 0
    left_out: int = 0
    problems: list[dict] = field(default_factory=list)

    def leave_out(self, line: int, reason: str) -> None:
        self.left_out += 1
        if len(self.problems) < MOST_PROBLEMS:
            self.problems.append({"line": line, "reason": reason})


def import_jsonl(database: Database, lines: Iterable[bytes]) -> Report:
    """Store the drawings of JSON Lines.

    Raises:
        StorageUnavailable, DatabaseUnavailable: the database cannot be written. Drawings before that are
            stored; the same import again stores the rest.
    """
    report = Report()
    readable = _read_all(lines, report)
    while batch := list(islice(readable, BATCH)):
        with database.writing() as change:
            _Batch(change, batch).store(report)
    return report


def split_lines(file: BinaryIO) -> Iterator[bytes]:
    """Yield the lines of a file, of those that are too long a part that is as well."""
    while line := file.readline(LONGEST + 1):
        yield line
        while len(line) > LONGEST and not line.endswith(b"\n"):
            line = file.readline(LONGEST + 1)


def _read_all(lines: Iterable[bytes], report: Report) -> Iterator[Line]:
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            yield read_line(number, line)
        except InkwiseError as error:
            report.leave_out(number, error.message)


class _Batch:
    """Some lines that are stored together, and what the room knows of them already."""

    def __init__(self, change: Change, lines: Sequence[Line]):
        self._change = change
        self._lines = lines
        self._look()

    def store(self, report: Report) -> None:
        for line in self._lines:
            if line.drawing.id in self._drawings:
                report.skipped += 1
            else:
                self._store_or_leave_out(line, report)

    def _look(self) -> None:
        """Ask once for all lines: to ask for each takes longer than to store it."""
        ids = [line.drawing.id for line in self._lines]
        people = {line.drawing.participant_id for line in self._lines}
        people |= {participant_id for line in self._lines for participant_id, _, _ in line.votes}
        self._drawings = self._find(drawings_table, ids) | self._find(gone_table, ids)
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
            with self._change.connection.begin_nested():  # what does not fit takes nothing else with it
                self._store(line)
            report.imported += 1
        except InkwiseError as error:
            self._change.published = published
            self._look()  # what was made for this line is not there any more
            report.leave_out(line.number, error.message)

    def _store(self, line: Line) -> None:
        new = line.drawing
        self._have_round(new.round)
        self._have_participant(new.participant_id, line.name, new.sent_at)
        drawings.save(self._change, new)
        for participant_id, name, counts in line.votes:
            self._have_participant(participant_id, name, new.sent_at)
            votes.vote(self._change, participant_id, new.id, counts)
        if line.hidden:
            drawings.hide(self._change, new.id, True)
        self._drawings.add(new.id)

    def _have_round(self, wanted: Round) -> None:
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

    def _have_participant(self, participant_id: str, name: str, time: int) -> None:
        if participant_id in self._people:
            return
        self._people.add(participant_id)
        self._change.connection.execute(
            insert(participants_table).values(
                id=participant_id,
                secret_hash=hashed(secrets.token_urlsafe()),  # nobody holds it: the phone is known elsewhere
                name=name,
                revision=self._change.revision,
                joined_at=time,
                seen_at=time,
            )
        )
