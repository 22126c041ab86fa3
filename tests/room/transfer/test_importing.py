"""An export goes into another room without loss; what is no drawing is told line by line."""

import io
import json

import pytest

from tests.room.rooms import fool, join, make_room, new_id, send, send_many
from webapp.room.transfer import importing
from webapp.room.transfer.export import write_jsonl
from webapp.room.transfer.import_parser import LONGEST
from webapp.room.transfer.importing import MOST_PROBLEMS, import_jsonl, split_lines

LINE = {
    "label": 7,
    "writer": "room/0123456789abcdef",
    "strokes": [[[10, 10], [40, 10], [20, 80]]],
    "id": "6f2c1b9e-5a61-4d1c-9a3e-0c7d6f5b4a39",
    "name": "Quiet Otter",
    "round": {
        "id": "0123456789ab",
        "kind": "ask",
        "digit": 7,
        "started_at": "2026-11-20T09:00:00.000Z",
    },
    "sent_at": "2026-11-20T09:00:05.250Z",
    "hidden": False,
    "answers": [{"model": "conv", "digit": 1, "probability": 0.6, "is_digit": 0.9}],
    "votes": [],
}


@pytest.fixture(autouse=True)
def small_batches(monkeypatch):
    """Let even small files take several batches."""
    monkeypatch.setattr(importing, "BATCH", 3)


@pytest.fixture
def make(tmp_path):
    """Make rooms, each empty."""
    rooms = []

    def make_one():
        rooms.append(make_room(f"sqlite:///{tmp_path}/{len(rooms)}.sqlite"))
        return rooms[-1]

    yield make_one
    for room in rooms:
        room.close()


@pytest.fixture
def room(make):
    return make()


@pytest.fixture(scope="module")
def shared_room(tmp_path_factory):
    """One room for many files: to make one takes longer than to read a file."""
    room = make_room(f"sqlite:///{tmp_path_factory.mktemp('room')}/room.sqlite")
    yield room
    room.close()


@pytest.fixture
def other(database_url):
    """An empty room on SQLite, and once more on PostgreSQL."""
    room = make_room(database_url)
    yield room
    room.close()


def export(room) -> bytes:
    file = io.BytesIO()
    write_jsonl(room.database, file)
    return file.getvalue()


def put(room, content: bytes):
    return import_jsonl(room.database, split_lines(io.BytesIO(content)))


def changed(**parts) -> bytes:
    return json.dumps(LINE | parts).encode()


def fill(room) -> None:
    """Use all that a room has."""
    people = [join(room) for _ in range(4)]
    room.rename(people[0], 'Zoë 🦦 "\\')
    send(room, people[0], label=3, strokes=[[[0.1 + 0.2, -0.0], [1e9, 5e-324]], [], [[7, 7]]])
    send_many(room, people[1], 3)
    room.start_round("ask", 2)
    room.hide(send(room, people[2])["id"], True)
    fool(room, people, [True, False, True])
    send(room, people[3])
    room.hide(fool(room, people, [True])["id"], True)


def test_import_into_an_empty_room_and_export_give_the_same_bytes(room, other):
    fill(room)
    content = export(room)
    report = put(other, content)
    assert (report.imported, report.skipped, report.problems) == (content.count(b"\n"), 0, [])
    assert export(other) == content


def test_import_restores_scores_votes_and_counts(make):
    first, second = make(), make()
    fill(first)
    put(second, export(first))

    def seen(room) -> tuple:
        state = json.loads(room.live.state(None, {}).json)
        scores = json.loads(room.live.scoreboard(["linear", "conv"], "conv", None).json)
        return state["drawings"], scores["models"], scores["confusion"], len(scores["fooled"])

    assert seen(second) == seen(first)


def test_import_twice_changes_nothing(make):
    first, second = make(), make()
    fill(first)
    content = export(first)
    put(second, content)
    again = put(second, content)
    assert (again.imported, again.skipped) == (0, content.count(b"\n"))
    assert export(second) == content


def test_import_leaves_what_the_room_has_as_it_is(room):
    ada = room.rename(join(room), "Ada")
    send(room, ada)
    content = export(room)
    room.rename(ada, "Grace")
    put(room, content)
    assert json.loads(export(room))["name"] == "Grace"


def test_import_does_not_bring_back_what_was_deleted(room):
    ada = join(room)
    send(room, ada)
    content = export(room)
    room.delete_all(ada)
    assert put(room, content).skipped == 1
    assert export(room) == b""


def test_import_goes_on_where_people_draw(room):
    put(room, changed())
    send(room, join(room))
    assert export(room).count(b"\n") == 2


def test_import_reads_windows_line_ends_and_empty_lines(room):
    content = b"\xef\xbb\xbf" + changed() + b"\r\n\r\n"
    report = put(room, content)
    assert (report.imported, report.problems) == (1, [])


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b"no json", "expected a line of JSON, but at column 1"),
        (b"\xff\xfe", "expected UTF-8"),
        (b"[1]", "expected an object"),
        (b"[" * 100_000, "beyond any measure"),
        (b'{"label": ' + b"9" * 5000 + b"}", "beyond any measure"),
        (b'{"label": NaN}', "expected finite numbers, received NaN"),
        (b'"' + b"x" * LONGEST + b'"', "expected at most 1,000,000 bytes a line"),
        (changed(id=None), "expected the id of a drawing as a UUID"),
        (changed(id="../../etc"), "expected the id of a drawing as a UUID"),
        (changed(strokes=[]), "expected at least one point"),
        (changed(strokes=[[["a", 1]]]), "expected [x, y]"),
        (changed(strokes=[[[1, 2]] * 10_001]), "expected at most 10,000 points"),
        (changed(label="7"), "expected label as an int from 0 to 9"),
        (changed(label=10), "expected label as an int from 0 to 9"),
        (changed(label=3), "expected label 7, as the round asks, received 3"),
        (changed(writer="ibm/r0414"), "expected writer as room/PARTICIPANT"),
        (changed(writer="room/Zoë"), "expected a participant's id of 16 hex digits"),
        (changed(name=""), "expected a name"),
        (changed(name=["a"]), "expected a name as text"),
        (changed(round=None), "expected round as an object"),
        (changed(round=LINE["round"] | {"id": 7}), "expected the id of a round"),
        (changed(round=LINE["round"] | {"kind": "race"}), "expected the round's kind as one of"),
        (changed(round=LINE["round"] | {"kind": []}), "expected the round's kind as one of"),
        (changed(round=LINE["round"] | {"digit": None}), "expected the round's digit as an int"),
        (changed(round=LINE["round"] | {"kind": "free"}), "expected no digit for a free round"),
        (changed(sent_at="yesterday"), "expected sent_at as a past time"),
        (changed(sent_at=7), "expected sent_at as a past time"),
        (changed(sent_at="2999-01-01T00:00:00Z"), "expected sent_at as a past time"),
        (changed(sent_at="0001-01-01T00:00:00"), "expected sent_at as a past time"),
        (changed(hidden=0), "expected hidden as true or false"),
        (changed(answers=[]), "expected answers of 1 to 32 models"),
        (changed(answers=[7]), "expected an answer with model"),
        (changed(answers=LINE["answers"] * 2), "received two of one"),
        (changed(answers=[LINE["answers"][0] | {"digit": 11}]), "expected an answer's digit"),
        (changed(answers=[LINE["answers"][0] | {"probability": 2}]), "expected an answer's probability"),
        (changed(answers=[LINE["answers"][0] | {"probability": 0}]), "expected an answer's probability"),
        (changed(answers=[LINE["answers"][0] | {"is_digit": "yes"}]), "expected an answer's is_digit"),
        (changed(answers=[LINE["answers"][0] | {"model": "a\u202eb"}]), "expected an answer with model"),
        (changed(votes={}), "expected votes as a list of objects"),
        (changed(votes=[{"participant": "0" * 16, "name": "A", "counts": 1}]), "expected counts as true"),
        (changed(votes=[{"participant": "0" * 16, "name": "A", "counts": True}]), "may have fooled"),
    ],
)
def test_import_tells_what_is_wrong_with_a_line_and_reads_the_rest(shared_room, line, reason):
    report = put(shared_room, line + b"\n" + changed(id=new_id()) + b"\n")
    assert [problem["line"] for problem in report.problems] == [1]
    assert reason in report.problems[0]["reason"]
    assert len(report.problems[0]["reason"]) < 200
    assert report.imported == 1


def test_import_takes_ink_too_small_to_be_seen(room):
    report = put(room, changed(strokes=[[[0, 0], [1e-310, 0]]]))
    assert (report.imported, report.problems) == (1, [])


def test_import_keeps_the_very_first_moment(room):
    put(room, changed(sent_at="1970-01-01T00:00:00Z"))
    assert json.loads(export(room))["sent_at"] == "1970-01-01T00:00:00.000Z"


def test_import_of_an_earlier_round_leaves_the_vote_with_the_one_that_runs(other):
    drawer, voter = join(other), join(other)
    running = fool(other, [drawer], [])
    assert put(other, changed(round=LINE["round"] | {"kind": "fool"})).imported == 1
    asked = json.loads(other.live.state(voter, {}).json)["to_vote"]
    assert [drawing["id"] for drawing in asked] == [running["id"]]


def test_import_refuses_another_round_of_the_same_id(room):
    other = changed(id="7f2c1b9e-5a61-4d1c-9a3e-0c7d6f5b4a39", label=2, round=LINE["round"] | {"digit": 2})
    report = put(room, changed() + b"\n" + other)
    assert report.imported == 1
    assert "as this room knows it" in report.problems[0]["reason"]


def test_import_counts_nothing_of_a_line_that_was_left_out(other):
    votes = [{"participant": "0" * 16, "name": "A", "counts": True}]
    put(other, changed(votes=votes))
    assert json.loads(other.live.state(None, {}).json)["drawings"] == 0
    assert export(other) == b""


def test_import_tells_the_first_hundred_problems_and_counts_the_others(room):
    report = put(room, b"x\n" * (MOST_PROBLEMS + 5))
    assert len(report.problems) == MOST_PROBLEMS
    assert report.left_out == MOST_PROBLEMS + 5
