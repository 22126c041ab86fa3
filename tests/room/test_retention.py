"""What is older than the room promises to keep is deleted, and nothing else."""

import threading

import pytest

from tests.room.rooms import fool, join, make_room, send, send_many
from webapp.errors import DeletedDrawing, UnknownDrawing
from webapp.room import clock
from webapp.room import retention as retention_module
from webapp.room.retention import DAY, Retention
from webapp.room.schema import answers, drawings, participants, votes


class Calendar:
    """A clock for the room and for the retention, in milliseconds."""

    def __init__(self):
        self.now = 1_800_000_000_000

    def __call__(self) -> int:
        return self.now

    def pass_days(self, days: float) -> None:
        self.now += round(days * DAY)


@pytest.fixture(autouse=True)
def calendar(monkeypatch):
    calendar = Calendar()
    monkeypatch.setattr("webapp.room.drawings.now", calendar)
    monkeypatch.setattr("webapp.room.participants.now", calendar)
    return calendar


@pytest.fixture
def retention(room, calendar):
    return Retention(room.database, 30, calendar)


def count(room, table) -> int:
    with room.database.reading() as connection:
        return len(connection.execute(table.select()).all())


def test_retention_deletes_what_is_too_old(room, retention, calendar):
    ada = join(room)
    old = send(room, ada)
    calendar.pass_days(29)
    young = send(room, ada)
    assert retention.apply() == 0
    calendar.pass_days(1.001)
    assert retention.apply() == 1
    assert room.drawing(young["id"])["id"] == young["id"]
    with pytest.raises(UnknownDrawing):
        room.drawing(old["id"], hidden_too=True)
    with pytest.raises(DeletedDrawing):
        send(room, ada, drawing_id=old["id"])


def test_retention_leaves_no_ink_in_the_file(calendar, tmp_path):
    room = make_room(f"sqlite:///{tmp_path}/room.sqlite")
    send(room, join(room), strokes=[[[271828, 314159], [141421, 173205]]])
    calendar.pass_days(31)
    Retention(room.database, 30, calendar).apply()
    room.close()
    kept = b"".join(file.read_bytes() for file in tmp_path.glob("room.sqlite*"))
    assert b"271828" not in kept


def test_retention_deletes_answers_votes_and_hidden_ones(room, retention, calendar):
    people = [join(room) for _ in range(4)]
    room.hide(fool(room, people, [True, True, True])["id"], True)
    calendar.pass_days(31)
    assert retention.apply() == 1
    assert [count(room, table) for table in (drawings, answers, votes)] == [0, 0, 0]


def test_retention_forgets_who_was_not_here_as_long(room, retention, calendar):
    send(room, join(room))
    calendar.pass_days(31)
    here = join(room)
    retention.apply()
    with room.database.reading() as connection:
        assert [row.id for row in connection.execute(participants.select())] == [here.id]


def test_retention_keeps_who_has_a_young_drawing(room, retention, calendar):
    ada = join(room)
    calendar.pass_days(31)
    send(room, ada)
    retention.apply()
    assert count(room, participants) == 1


def test_retention_deletes_any_number(room, retention, calendar, monkeypatch):
    monkeypatch.setattr(retention_module, "BATCH", 2)
    send_many(room, join(room), 5)
    calendar.pass_days(31)
    assert retention.apply() == 5


def test_retention_of_0_days_keeps_for_ever(room, calendar):
    send(room, join(room))
    calendar.pass_days(10_000)
    assert Retention(room.database, 0, calendar).apply() == 0
    assert count(room, drawings) == 1


def test_retention_uses_the_computers_clock(room):
    assert abs(Retention(room.database, 30)._now() - clock.now()) < DAY


def test_retention_goes_on_after_any_error(room, retention, calendar, monkeypatch):
    monkeypatch.setattr(retention_module, "INTERVAL", 0.01)
    send(room, join(room))
    calendar.pass_days(31)
    look, is_done = retention._old, threading.Event()

    def fail_first(before: int) -> list[str]:
        retention._old = look
        raise ZeroDivisionError

    def forget() -> None:
        is_done.set()
        retention._days = 0  # the thread has nothing to do any more

    retention._old = fail_first
    room.database.forget = forget
    retention.start()
    assert is_done.wait(60)
    assert count(room, drawings) == 0


def test_retention_begins_at_the_start(room, retention, calendar):
    send(room, join(room))
    calendar.pass_days(31)
    retention.start()
    retention.first_done.wait(60)
    assert count(room, drawings) == 0
