"""The wall: all drawings at first, then changes since a revision."""

import json

from tests.room.rooms import join, send, send_many


def read_wall(room, since: int | None = None, limit: int = 60) -> dict:
    """Return the wall's JSON."""
    return json.loads(room.live.wall(since, limit, {}).json)


def ids(view: dict) -> list[str]:
    """Return the ids of the visible drawings in a view."""
    return [drawing["id"] for drawing in view["drawings"] if not drawing.get("gone")]


def gone(view: dict) -> list[str]:
    """Return the ids of removed drawings in a view."""
    return [drawing["id"] for drawing in view["drawings"] if drawing.get("gone")]


def test_wall_shows_the_newest_first(room):
    drawings = send_many(room, join(room), 5)
    view = read_wall(room, limit=3)
    assert view["full"]
    assert ids(view) == [drawing["id"] for drawing in drawings[:1:-1]]
    assert view["count"] == 5


def test_wall_of_an_empty_room_is_empty(room):
    view = read_wall(room)
    assert (view["full"], view["drawings"], view["count"], view["paused"]) == (True, [], 0, False)


def test_wall_returns_changes_since_a_revision(room):
    participant = join(room)
    send(room, participant)
    before = read_wall(room)
    assert read_wall(room, before["revision"])["drawings"] == []
    new = send(room, participant)
    view = read_wall(room, before["revision"])
    assert not view["full"]
    assert ids(view) == [new["id"]]


def test_wall_reports_hidden_shown_and_deleted_drawings(room):
    participant = join(room)
    drawing = send(room, participant)
    revision = read_wall(room)["revision"]
    room.hide(drawing["id"], True)
    hidden = read_wall(room, revision)
    assert (ids(hidden), gone(hidden), ids(read_wall(room))) == ([], [drawing["id"]], [])
    room.hide(drawing["id"], False)
    assert ids(read_wall(room, hidden["revision"])) == [drawing["id"]]
    room.delete(participant, drawing["id"])
    assert gone(read_wall(room, hidden["revision"])) == [drawing["id"]]
    assert ids(read_wall(room)) == []


def test_cleared_wall_is_empty_but_drawings_remain(room):
    participant = join(room)
    old = send(room, participant)
    revision = read_wall(room)["revision"]
    room.clear()
    cleared = read_wall(room, revision)
    assert (cleared["full"], cleared["drawings"], cleared["count"]) == (True, [], 1)
    assert room.drawing(old["id"])["id"] == old["id"]
    new = send(room, participant)
    assert ids(read_wall(room, cleared["revision"])) == ids(read_wall(room)) == [new["id"]]


def test_wall_restarts_if_changes_exceed_its_limit(room):
    participant = join(room)
    revision = read_wall(room)["revision"]
    drawings = send_many(room, participant, 4)
    assert not read_wall(room, revision, limit=4)["full"]
    view = read_wall(room, revision, limit=3)
    assert view["full"]
    assert ids(view) == [drawing["id"] for drawing in drawings[:0:-1]]


def test_wall_restarts_for_an_unknown_revision(room):
    drawing = send(room, join(room))
    revision = read_wall(room)["revision"]
    for other in (0, 12345, revision - 1_000_000, revision + 1, 10**15):
        assert read_wall(room, other)["full"]
        assert ids(read_wall(room, other)) == [drawing["id"]]


def test_wall_reports_pause_and_spotlight(room):
    drawing = send(room, join(room))
    room.change_state({"paused": True, "spotlight": drawing["id"]})
    view = read_wall(room)
    assert (view["paused"], view["spotlight"]) == (True, drawing["id"])
    room.change_state({"spotlight": None})
    assert (read_wall(room)["paused"], read_wall(room)["spotlight"]) == (True, None)


def test_wall_contains_thumbnails(room):
    long_line = [[float(step % 97), float(step) / 7] for step in range(10_000)]
    send(room, join(room), strokes=[long_line])
    (drawing,) = read_wall(room)["drawings"]
    assert len(json.dumps(drawing)) < 20_000
    points = [value for stroke in drawing["strokes"] for point in stroke for value in point]
    assert (min(points), max(points)) == (0, 1000)


def test_wall_with_matching_etag_is_empty(room):
    send(room, join(room))
    tag = room.live.wall(None, 60, {}).tag
    assert room.live.wall(None, 60, {}, lambda known: known == tag).json is None
    send(room, join(room))
    assert room.live.wall(None, 60, {}, lambda known: known == tag).json
