"""Import of exports without loss; bad lines are reported by number."""

import io
import json
from itertools import pairwise

import pytest

from tests.room.rooms import Reader, fool, join, make_room, new_id, send, send_many
from tests.room.test_drawings import recorded_statements
from webapp.room import clock
from webapp.room.transfer import importing
from webapp.room.transfer.export import write_jsonl
from webapp.room.transfer.import_parser import MAX_LINE, MAX_MODELS, MAX_VOTES
from webapp.room.transfer.importing import MAX_PROBLEMS, import_jsonl, split_lines

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


BATCH = importing.BATCH  # as the server has it


@pytest.fixture(autouse=True)
def small_batches(monkeypatch):
    """Make small files take several batches."""
    monkeypatch.setattr(importing, "BATCH", 3)


@pytest.fixture
def make(tmp_path):
    """Return a function that returns a new, empty room."""
    rooms = []

    def make_next():
        rooms.append(make_room(f"sqlite:///{tmp_path}/{len(rooms)}.sqlite"))
        return rooms[-1]

    yield make_next
    for room in rooms:
        room.close()


@pytest.fixture
def room(make):
    return make()


@pytest.fixture(scope="module")
def shared_room(tmp_path_factory):
    """One room for many files: creating one takes longer than importing a file."""
    room = make_room(f"sqlite:///{tmp_path_factory.mktemp('room')}/room.sqlite")
    yield room
    room.close()


@pytest.fixture
def other(database_url):
    """An empty room, once on SQLite and once on PostgreSQL."""
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
    """Use all features of a room."""
    people = [join(room) for _ in range(4)]
    room.rename(people[0], 'Zoë 🦦 "\\')
    send(room, people[0], label=3, strokes=[[[0.1 + 0.2, -0.0], [1e9, 5e-324]], [], [[7, 7]]])
    send_many(room, people[1], 3)
    room.start_round("ask", 2)
    room.hide(send(room, people[2])["id"], True)
    fool(room, people, [True, False, True])
    send(room, people[3])
    room.hide(fool(room, people, [True])["id"], True)


def test_import_and_export_round_trip(room, other):
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


@pytest.mark.parametrize("batch", [BATCH, 3])
def test_import_stores_few_lines_in_one_transaction(room, monkeypatch, batch):
    """Others wait to write during each transaction."""
    monkeypatch.setattr(importing, "BATCH", batch)
    stored = [0]
    room.database.on_change = lambda: stored.append(export(room).count(b"\n"))
    assert put(room, b"\n".join(changed(id=new_id()) for _ in range(60))).imported == 60
    assert stored[-1] == 60
    assert max(after - before for before, after in pairwise(stored)) <= min(batch, 25)


def test_import_does_not_change_existing_drawings(room):
    ada = room.rename(join(room), "Ada")
    send(room, ada)
    content = export(room)
    room.rename(ada, "Grace")
    put(room, content)
    assert json.loads(export(room))["name"] == "Grace"


def test_import_skips_deleted_drawings(room):
    ada = join(room)
    send(room, ada)
    content = export(room)
    room.delete_all(ada)
    assert put(room, content).skipped == 1
    assert export(room) == b""


def test_import_continues_drawing_numbers(room):
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
        (b"no json", "expected JSON, received: Expecting value at character 0"),
        (b"\xff\xfe", "expected JSON in UTF-8"),
        (b"[1]", "expected an object"),
        (b"[" * 100_000, "nested too deeply"),
        (b'{"label": ' + b"9" * 5000 + b"}", "thousands of digits"),
        (b'{"label": NaN}', "expected finite numbers, received NaN"),
        (b'"' + b"x" * MAX_LINE + b'"', "expected at most 1,000,000 bytes a line"),
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
        (changed(writer=LINE["writer"] + "0"), "expected a participant's id of 16 hex digits"),
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
        (changed(answers=[]), "expected answers of 1 to 64 models"),
        (changed(answers=LINE["answers"] * 65), "expected answers of 1 to 64 models"),
        (changed(answers=[7]), "expected an answer with model"),
        (changed(answers=[LINE["answers"][0] | {"model": "x" * 61}]), "expected an answer with model"),
        (changed(answers=LINE["answers"] * 2), "received two of one"),
        (changed(answers=[LINE["answers"][0] | {"digit": 11}]), "expected an answer's digit"),
        (changed(answers=[LINE["answers"][0] | {"probability": 2}]), "expected an answer's probability"),
        (changed(answers=[LINE["answers"][0] | {"probability": 0}]), "expected an answer's probability"),
        (changed(answers=[LINE["answers"][0] | {"is_digit": "yes"}]), "expected an answer's is_digit"),
        (changed(answers=[LINE["answers"][0] | {"model": "a\u202eb"}]), "expected an answer with model"),
        (changed(votes={}), "expected votes as a list of objects"),
        (changed(votes=[{"participant": "0" * 16, "name": "A", "counts": 1}]), "expected counts as true"),
        (changed(votes=[{"participant": "0" * 16, "name": "A", "counts": True}]), "may have fooled"),
        (changed(votes=[{}] * (MAX_VOTES + 1)), "expected at most 1,000 votes on a drawing, received 1,001"),
    ],
)
def test_import_reports_a_bad_line_and_reads_the_rest(shared_room, line, reason):
    report = put(shared_room, line + b"\n" + changed(id=new_id()) + b"\n")
    assert [problem["line"] for problem in report.problems] == [1]
    assert reason in report.problems[0]["reason"]
    assert len(report.problems[0]["reason"]) < 200
    assert report.imported == 1


def test_import_reads_a_bounded_part_of_a_line():
    class File(io.BytesIO):
        def readline(self, size=-1):
            assert 0 < size <= MAX_LINE + 1
            return super().readline(size)

    lines = [len(line) for line in split_lines(File(b"x" * 3 * MAX_LINE + b"\nshort\n"))]
    assert lines == [MAX_LINE + 1, len("short\n")]


def test_import_accepts_tiny_ink(room):
    report = put(room, changed(strokes=[[[0, 0], [1e-310, 0]]]))
    assert (report.imported, report.problems) == (1, [])


def test_import_accepts_time_zero(room):
    put(room, changed(sent_at="1970-01-01T00:00:00Z"))
    assert json.loads(export(room))["sent_at"] == "1970-01-01T00:00:00.000Z"


def test_import_of_an_earlier_round_keeps_the_current_vote(other):
    drawer, voter = join(other), join(other)
    running = fool(other, [drawer], [])
    assert put(other, changed(round=LINE["round"] | {"kind": "fool"})).imported == 1
    asked = json.loads(other.live.state(voter, {}).json)["to_vote"]
    assert [drawing["id"] for drawing in asked] == [running["id"]]


def test_import_rejects_a_conflicting_round(room):
    other = changed(id="7f2c1b9e-5a61-4d1c-9a3e-0c7d6f5b4a39", label=2, round=LINE["round"] | {"digit": 2})
    report = put(room, changed() + b"\n" + other)
    assert report.imported == 1
    assert "as this room knows it" in report.problems[0]["reason"]


def test_import_skips_counts_of_rejected_lines(other):
    votes = [{"participant": "0" * 16, "name": "A", "counts": True}]
    put(other, changed(votes=votes))
    assert json.loads(other.live.state(None, {}).json)["drawings"] == 0
    assert export(other) == b""


def test_import_stores_no_expired_drawings(room):
    lines = [changed(), changed(id=new_id(), sent_at="2026-11-20T09:00:05.249Z")]
    report = import_jsonl(room.database, lines, clock.milliseconds(LINE["sent_at"]))
    assert (report.imported, report.expired, report.left_out) == (1, 1, 0)
    assert import_jsonl(room.database, lines).imported == 1  # later, with a longer retention


def test_import_lists_at_most_a_hundred_problems(room):
    report = put(room, b"x\n" * (MAX_PROBLEMS + 5))
    assert len(report.problems) == MAX_PROBLEMS
    assert report.left_out == MAX_PROBLEMS + 5


def of_fool_round(voters: int, **parts) -> bytes:
    """Return a line with votes, of which every third is no."""
    votes = [
        {"participant": f"{voter:016x}", "name": f"Voter {voter}", "counts": voter % 3 > 0}
        for voter in range(voters)
    ]
    return changed(id=new_id(), round=LINE["round"] | {"kind": "fool"}, votes=votes, **parts)


def test_import_settles_the_verdict_of_a_drawing_once(other):
    other.database.open()
    with recorded_statements() as statements:
        assert put(other, of_fool_round(300)).imported == 1
    assert len(statements) < 40, len(statements)
    line = json.loads(export(other))
    assert (len(line["votes"]), sum(vote["counts"] for vote in line["votes"])) == (300, 200)
    scores = json.loads(other.live.scoreboard(["conv"], "conv", LINE["round"]["id"]).json)
    assert scores["verdicts"] == {"caught": 0, "voting": 0, "yes": 1, "no": 0}
    assert scores["fooled"][0]["votes"] == {"yes": 200, "no": 100}


def test_import_counts_the_last_of_two_votes_of_one_participant(other):
    vote = {"participant": "0" * 16, "name": "A", "counts": True}
    put(other, changed(round=LINE["round"] | {"kind": "fool"}, votes=[vote, vote | {"counts": False}]))
    assert [each["counts"] for each in json.loads(export(other))["votes"]] == [False]


def test_import_commits_after_a_bounded_time(room, monkeypatch):
    monkeypatch.setattr(importing, "BATCH", 25)
    monkeypatch.setattr(importing, "HOLD", 0.0)  # each line takes longer
    writers = []
    room.database.on_change = lambda: writers.append(room.join()[0])  # another writer gets the lock
    assert put(room, b"\n".join(changed(id=new_id()) for _ in range(5))).imported == 5
    assert len(writers) == 5


def test_import_splits_lines_with_many_votes(room, monkeypatch):
    monkeypatch.setattr(importing, "BATCH", 25)
    monkeypatch.setattr(importing, "BATCH_VOTES", 10)
    monkeypatch.setattr(importing, "HOLD", 1e9)
    commits = []
    room.database.on_change = lambda: commits.append(1)
    assert put(room, b"\n".join(of_fool_round(6) for _ in range(4))).imported == 4
    assert len(commits) == 4


def test_import_bounds_the_models_of_a_room(room, monkeypatch):
    monkeypatch.setattr(importing, "MAX_MODELS", 3)

    def answered_by(*names: str) -> bytes:
        return changed(id=new_id(), answers=[LINE["answers"][0] | {"model": name} for name in names])

    send(room, join(room))  # by conv and linear
    first = put(room, b"\n".join([answered_by("conv", "mine"), answered_by("another")]))
    again = put(room, b"\n".join([answered_by("another"), answered_by("mine", "linear")]))
    for report in (first, again):
        assert (report.imported, report.left_out) == (1, 1)
        assert "at most 3 models in a room" in report.problems[0]["reason"]


def test_import_does_not_count_the_models_of_a_rejected_line(room, monkeypatch):
    monkeypatch.setattr(importing, "MAX_MODELS", 1)
    votes = [{"participant": "0" * 16, "name": "A", "counts": True}]  # on a drawing that fooled no network
    rejected = changed(id=new_id(), answers=[LINE["answers"][0] | {"model": "another"}], votes=votes)
    report = put(room, rejected + b"\n" + changed())
    assert (report.imported, report.left_out) == (1, 1)


def test_room_with_the_most_models_imports_its_own_export(make, room):
    reader = Reader()
    reader.digits = {f"network-{number}": 4 for number in range(MAX_MODELS)}
    room._predict = reader
    send(room, join(room))
    assert put(make(), export(room)).imported == 1
