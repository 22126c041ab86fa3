"""Retention deletes expired drawings and participants, and nothing else."""

import threading

import pytest

from tests.fake_clock import FakeClock
from tests.room.rooms import fool, join, make_room, send, send_many
from tests.room.test_drawings import recorded_statements
from tests.waiting import TIMEOUT, wait_until
from webapp.errors import DeletedDrawing, UnknownDrawing
from webapp.room import retention as retention_module
from webapp.room.clock import DAY, now
from webapp.room.retention import Retention
from webapp.room.storage.schema import (
    answers,
    confusion_counts,
    drawings,
    participants,
    rounds,
    verdict_counts,
    votes,
)


@pytest.fixture(autouse=True)
def clock(monkeypatch) -> FakeClock:
    """The clock of drawings, participants and retention, in milliseconds."""
    clock = FakeClock(1_800_000_000_000)
    monkeypatch.setattr("webapp.room.drawings.now", clock)
    monkeypatch.setattr("webapp.room.participants.now", clock)
    monkeypatch.setattr("webapp.room.rounds.now", clock)
    return clock


@pytest.fixture
def retention(room, clock):
    return Retention(room.database, 30, now=clock)


def pass_days(retention: Retention, clock: FakeClock, days: int) -> int:
    """Run retention once a day, as a server that stays on does; return the number of deleted drawings."""
    deleted = 0
    for _ in range(days):
        clock.now += DAY
        deleted += retention.apply()
    return deleted


def count(room, table) -> int:
    with room.database.reading() as connection:
        return len(connection.execute(table.select()).all())


def test_retention_deletes_expired_drawings(room, retention, clock):
    ada = join(room)
    old = send(room, ada)
    clock.now += 29 * DAY
    young = send(room, ada)
    assert retention.apply() == 0
    clock.now += DAY + 1
    assert retention.apply() == 1
    assert room.drawing(young["id"])["id"] == young["id"]
    with pytest.raises(UnknownDrawing):
        room.drawing(old["id"], hidden_too=True)
    with pytest.raises(DeletedDrawing):
        send(room, ada, drawing_id=old["id"])


def test_retention_erases_ink_from_the_file(clock, tmp_path):
    room = make_room(f"sqlite:///{tmp_path}/room.sqlite")
    send(room, join(room), strokes=[[[271828, 314159], [141421, 173205]]])
    pass_days(Retention(room.database, 30, now=clock), clock, 31)
    # Closing the room would empty the log as well.
    kept = b"".join(file.read_bytes() for file in tmp_path.glob("room.sqlite*"))
    room.close()
    assert b"271828" not in kept


def test_retention_deletes_predictions_votes_and_hidden_drawings(room, retention, clock):
    people = [join(room) for _ in range(4)]
    room.hide(fool(room, people, [True, True, True])["id"], True)
    assert pass_days(retention, clock, 31) == 1
    assert [count(room, table) for table in (drawings, answers, votes)] == [0, 0, 0]


def test_retention_deletes_absent_participants(room, retention, clock):
    send(room, join(room))
    pass_days(retention, clock, 30)
    here = join(room)
    pass_days(retention, clock, 1)
    with room.database.reading() as connection:
        assert [row.id for row in connection.execute(participants.select())] == [here.id]


def test_retention_deletes_counts_and_rounds_without_drawings(room, retention, clock):
    people = [join(room) for _ in range(4)]
    fool(room, people, [True, True, True])
    present = room.start_round("ask", 7)
    pass_days(retention, clock, 31)
    assert [count(room, table) for table in (confusion_counts, verdict_counts)] == [0, 0]
    assert room.scored_models() == []
    with room.database.reading() as connection:
        assert [row.id for row in connection.execute(rounds.select())] == [present.id]


def test_retention_keeps_young_rounds_and_those_with_drawings(room, retention, clock):
    old = room.start_round("ask", 7)
    clock.now += 31 * DAY
    send(room, join(room), round_id=old.id)
    young = room.start_round("ask", 8)
    room.start_round("free", None)
    retention.apply()
    with room.database.reading() as connection:
        assert {old.id, young.id} < {row.id for row in connection.execute(rounds.select())}


def test_retention_keeps_participants_with_drawings(room, retention, clock):
    ada = join(room)
    clock.now += 31 * DAY
    send(room, ada)
    retention.apply()
    assert count(room, participants) == 1


def test_retention_deletes_in_batches(room, retention, clock, monkeypatch):
    monkeypatch.setattr(retention_module, "BATCH", 2)
    send_many(room, join(room), 5)
    transactions = []
    room.database.on_change = lambda: transactions.append(count(room, drawings))
    assert pass_days(retention, clock, 31) == 5
    assert transactions == [3, 1, 0]


def test_retention_continues_after_another_deletion(room, retention, clock):
    ada = join(room)
    first, *_ = send_many(room, ada, 3)
    pass_days(retention, clock, 29)
    clock.now += 1.5 * DAY
    writing, calls = room.database.writing, []

    def delete_and_write():
        """Delete a drawing before the second transaction, which deletes expired ones."""
        calls.append(writing)
        if len(calls) == 2:
            room.database.writing = writing
            room.delete(ada, first["id"])
        return writing()

    room.database.writing = delete_and_write
    assert retention.apply() == 2
    assert count(room, drawings) == 0


def test_retention_locks_the_room_before_participants(room, retention, clock):
    """As every writer does: two processes that lock rows in different orders deadlock."""
    with recorded_statements() as statements:
        retention.apply()
    write = next(index for index, text in enumerate(statements) if "DELETE FROM participants" in text)
    assert "FROM room" in statements[write - 1]


def test_retention_of_0_days_deletes_nothing(room, clock):
    send(room, join(room))
    assert pass_days(Retention(room.database, 0, now=clock), clock, 3) == 0  # days that the clock is trusted
    assert count(room, drawings) == 1


def test_retention_uses_the_system_clock(room):
    assert abs(Retention(room.database, 30)._now() - now()) < DAY


def test_retention_continues_after_an_error(room, retention, clock, monkeypatch):
    monkeypatch.setattr(retention_module, "INTERVAL", 0.01)
    send(room, join(room))
    pass_days(retention, clock, 29)
    clock.now += 1.5 * DAY
    delete_batch, is_done = retention._delete_batch, threading.Event()

    def fail_first(before: int) -> int:
        retention._delete_batch = delete_batch
        raise ZeroDivisionError

    def truncate() -> None:
        is_done.set()
        retention._days = 0  # ends the thread's work

    retention._delete_batch = fail_first
    room.database.forget = truncate
    before = set(threading.enumerate())
    retention.start()
    started = set(threading.enumerate()) - before
    wait_until(lambda: is_done.is_set() or not any(thread.is_alive() for thread in started))
    assert is_done.is_set()
    assert count(room, drawings) == 0


def test_retention_runs_at_start(room, retention, clock):
    send(room, join(room))
    pass_days(retention, clock, 29)
    clock.now += 1.5 * DAY
    retention.start()
    retention.first_done.wait(TIMEOUT)
    assert count(room, drawings) == 0


def test_clock_40_days_ahead_deletes_nothing(room, retention, clock, caplog):
    send_many(room, join(room), 3)
    retention.apply()
    clock.now += 40 * DAY
    for _ in range(3):  # not by a second reading either, nor by another start
        again = Retention(room.database, 30, now=clock)
        assert (retention.apply(), again.apply()) == (0, 0)
        clock.now += DAY // 24
    assert count(room, drawings) == 3
    for where in (retention.notice, again.notice, caplog.text):
        assert "3 of 3 drawings are older than 30 days by this computer's clock" in where
        assert "has moved by 40 days since Inkwise last ran; they are kept" in where
    assert "--delete-expired" in caplog.text


def test_drawings_sent_under_a_wrong_clock_do_not_make_it_right(room, retention, clock):
    ada = join(room)
    send_many(room, ada, 3)
    retention.apply()
    clock.now += 40 * DAY
    retention.apply()
    send_many(room, ada, 10)
    assert [retention.apply() for _ in range(24)] == [0] * 24  # a day
    assert count(room, drawings) == 13


def test_clock_that_is_set_right_ends_the_hold(room, retention, clock):
    send_many(room, join(room), 3)
    retention.apply()
    clock.now += 40 * DAY
    retention.apply()
    clock.now -= 40 * DAY
    assert (retention.apply(), retention.notice) == (0, "")
    assert pass_days(retention, clock, 31) == 3


def test_held_drawings_are_deleted_when_a_person_says_so(room, clock):
    send_many(room, join(room), 3)
    Retention(room.database, 30, now=clock).apply()
    clock.now += 40 * DAY
    assert Retention(room.database, 30, now=clock).apply() == 0
    assert Retention(room.database, 30, True, clock).apply() == 3


def test_clock_is_trusted_by_a_person_once(room, clock):
    retention = Retention(room.database, 30, True, clock)
    retention.apply()
    send_many(room, join(room), 3)
    clock.now += 40 * DAY
    assert retention.apply() == 0


def test_minority_that_expires_by_a_large_step_goes_in_small_steps(room, retention, clock):
    ada = join(room)
    send(room, ada)
    clock.now += 20 * DAY
    send_many(room, ada, 3)
    retention.apply()
    clock.now += 15 * DAY  # switched off
    assert [retention.apply() for _ in range(6)] == [0, 0, 0, 0, 0, 1]
    assert (count(room, drawings), retention.notice) == (3, "")


def test_room_of_an_earlier_version_is_kept_if_all_would_expire(room, clock):
    send_many(room, join(room), 3)  # before the first run of retention
    clock.now += 40 * DAY
    retention = Retention(room.database, 30, now=clock)
    assert retention.apply() == 0
    send_many(room, join(room), 3)
    assert (retention.apply(), count(room, drawings)) == (0, 6)


def test_clock_set_back_deletes_nothing(room, retention, clock):
    send(room, join(room))
    retention.apply()
    clock.now -= 1000 * DAY
    assert retention.apply() == 0
