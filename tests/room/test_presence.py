"""Present participants are counted without a write for each request."""

import pytest
from sqlalchemy import select

from tests.fake_clock import FakeClock
from tests.room.rooms import join
from tests.room.test_drawings import recorded_statements
from webapp.errors import StorageUnavailable
from webapp.room import presence
from webapp.room.presence import Presence
from webapp.room.storage import schema


@pytest.fixture
def clock(monkeypatch) -> FakeClock:
    """The clock of participants and of every Presence in the test."""
    clock = FakeClock(1_000_000_000)  # milliseconds
    monkeypatch.setattr("webapp.room.participants.now", clock)
    return clock


def count(room, present: Presence) -> int:
    """Return the number of present participants."""
    with room.database.reading() as connection:
        return present.count(connection)


def seen_at(room) -> list[int]:
    """Return `seen_at` of all participants, in milliseconds."""
    with room.database.reading() as connection:
        return list(connection.execute(select(schema.participants.c.seen_at)).scalars())


def test_presence_counts_recently_seen_participants(room, clock):
    present, people = Presence(room.database, clock), [join(room) for _ in range(3)]
    clock.now += 20_000
    present.see(people[0].id)
    assert count(room, present) == 3
    clock.now += 20_000
    assert count(room, present) == 1
    clock.now += 20_000
    assert count(room, present) == 0


def test_presence_writes_at_most_every_ten_seconds(room, clock):
    present, (one, other) = Presence(room.database, clock), [join(room) for _ in range(2)]
    joined_at = clock.now
    clock.now += presence.WRITE_EVERY - 1
    for _ in range(50):
        present.see(one.id)
    assert seen_at(room) == [joined_at, joined_at]
    clock.now += 1
    present.see(other.id)
    assert sorted(seen_at(room)) == [clock.now - 1, clock.now]


def test_presence_counts_participants_of_other_processes_once(room, clock):
    here, there = Presence(room.database, clock), Presence(room.database, clock)
    people = [join(room) for _ in range(3)]
    clock.now += 25_000
    here.see(people[0].id)
    there.see(people[0].id)
    there.see(people[1].id)
    clock.now += 10_000  # participants not seen since joining have expired
    here.see(people[0].id)
    there.see(people[1].id)
    clock.now += presence.COUNT_EVERY
    assert (count(room, here), count(room, there)) == (2, 2)


def test_presence_counts_without_writing(room, clock, monkeypatch):
    present, participant = Presence(room.database, clock), join(room)

    def refuse():
        raise StorageUnavailable("the disk is full")

    monkeypatch.setattr(room.database, "writing", refuse)
    clock.now += presence.WRITE_EVERY * 4
    present.see(participant.id)
    assert count(room, present) == 1


def test_presence_locks_the_room_before_participants(room, clock):
    """As every writer does: two processes that lock rows in different orders deadlock."""
    present, participant = Presence(room.database, clock), join(room)
    clock.now += presence.WRITE_EVERY
    with recorded_statements() as statements:
        present.see(participant.id)
    lock, write = statements[-2:]
    assert ("FROM room" in lock, "UPDATE participants" in write) == (True, True)


def test_presence_survives_a_clock_set_back(room, clock):
    present, people = Presence(room.database, clock), [join(room) for _ in range(3)]
    for participant in people:
        present.see(participant.id)
    assert count(room, present) == 3
    clock.now -= 3_600_000
    present.see(people[0].id)
    assert count(room, present) == 1
    assert clock.now in seen_at(room)
