"""The wall: everything at first, then what changed, and everything again after a long sleep."""

import json

from tests.room.rooms import join, send, send_many


def look(room, since: int | None = None, limit: int = 60) -> dict:
    """Return what the wall gets."""
    return json.loads(room.live.wall(since, limit, {}).json)


def ids(view: dict) -> list[str]:
    """Return the ids of the drawings in a view that are to be seen."""
    return [drawing["id"] for drawing in view["drawings"] if not drawing.get("gone")]


def gone(view: dict) -> list[str]:
    """Return the ids of those that are not to be seen any more."""
    return [drawing["id"] for drawing in view["drawings"] if drawing.get("gone")]


def test_wall_shows_the_newest_first(room):
    drawings = send_many(room, join(room), 5)
    view = look(room, limit=3)
    assert view["full"]
    assert ids(view) == [drawing["id"] for drawing in drawings[:1:-1]]
    assert view["count"] == 5


def test_wall_of_an_empty_room_is_empty(room):
    view = look(room)
    assert (view["full"], view["drawings"], view["count"], view["paused"]) == (True, [], 0, False)


def test_wall_tells_only_what_is_new(room):
    participant = join(room)
    send(room, participant)
    before = look(room)
    assert look(room, before["revision"])["drawings"] == []
    new = send(room, participant)
    view = look(room, before["revision"])
    assert not view["full"]
    assert ids(view) == [new["id"]]


def test_wall_hears_of_hidden_shown_and_deleted_drawings(room):
    participant = join(room)
    drawing = send(room, participant)
    revision = look(room)["revision"]
    room.hide(drawing["id"], True)
    hidden = look(room, revision)
    assert (ids(hidden), gone(hidden), ids(look(room))) == ([], [drawing["id"]], [])
    room.hide(drawing["id"], False)
    assert ids(look(room, hidden["revision"])) == [drawing["id"]]
    room.delete(participant, drawing["id"])
    assert gone(look(room, hidden["revision"])) == [drawing["id"]]
    assert ids(look(room)) == []


def test_wall_is_empty_after_it_was_cleared_and_the_data_stays(room):
    participant = join(room)
    old = send(room, participant)
    revision = look(room)["revision"]
    room.clear()
    cleared = look(room, revision)
    assert (cleared["full"], cleared["drawings"], cleared["count"]) == (True, [], 1)
    assert room.drawing(old["id"])["id"] == old["id"]
    new = send(room, participant)
    assert ids(look(room, cleared["revision"])) == ids(look(room)) == [new["id"]]


def test_wall_starts_anew_where_more_has_changed_than_it_shows(room):
    participant = join(room)
    revision = look(room)["revision"]
    drawings = send_many(room, participant, 4)
    assert not look(room, revision, limit=4)["full"]
    view = look(room, revision, limit=3)
    assert view["full"]
    assert ids(view) == [drawing["id"] for drawing in drawings[:0:-1]]


def test_wall_starts_anew_for_a_revision_of_another_room(room):
    drawing = send(room, join(room))
    revision = look(room)["revision"]
    for other in (0, 12345, revision - 1_000_000, revision + 1, 10**15):
        assert look(room, other)["full"]
        assert ids(look(room, other)) == [drawing["id"]]


def test_wall_tells_of_pause_and_spotlight(room):
    drawing = send(room, join(room))
    room.present({"paused": True, "spotlight": drawing["id"]})
    view = look(room)
    assert (view["paused"], view["spotlight"]) == (True, drawing["id"])
    room.present({"spotlight": None})
    assert (look(room)["paused"], look(room)["spotlight"]) == (True, None)


def test_wall_gets_ink_that_is_small(room):
    long_line = [[float(step % 97), float(step) / 7] for step in range(10_000)]
    send(room, join(room), strokes=[long_line])
    (drawing,) = look(room)["drawings"]
    assert len(json.dumps(drawing)) < 20_000
    points = [value for stroke in drawing["strokes"] for point in stroke for value in point]
    assert (min(points), max(points)) == (0, 1000)


def test_wall_that_knows_the_tag_gets_nothing(room):
    send(room, join(room))
    tag = room.live.wall(None, 60, {}).tag
    assert room.live.wall(None, 60, {}, lambda known: known == tag).json is None
    send(room, join(room))
    assert room.live.wall(None, 60, {}, lambda known: known == tag).json
