"""Event streams: which events they send, how often, and when they end."""

import asyncio
import json
from contextlib import suppress
from dataclasses import replace

import pytest

from webapp.asgi import create_asgi
from webapp.errors import Busy, DatabaseUnavailable
from webapp.room.live import Moment
from webapp.server import events
from webapp.server.events import OWN, PING, EventHub, EventStream, encode

FIRST = Moment(revision=1, present=0, state="a", votes="x")
DRAWN = replace(FIRST, revision=2)
STARTED = replace(FIRST, revision=3, state="b")
VOTED = replace(FIRST, revision=4, votes="y")
PEOPLE = tuple("abcdefgh")
NO_ONE = frozenset()


class FakeRoom:
    """The functions of a room that a hub calls."""

    def __init__(self):
        self.moment = FIRST
        self.error: Exception | None = None
        self.seen: set[str] = set()
        self.reads = 0

    def read_moment(self, before: Moment | None) -> Moment:
        self.reads += 1
        if self.error:
            raise self.error
        is_known = before is not None and before.revision == self.moment.revision
        return replace(self.moment, concerned=NO_ONE) if is_known else self.moment

    def hub(self, most: int = 10) -> EventHub:
        return EventHub(
            self.read_moment, {f"secret{name}": name for name in PEOPLE}.get, self.seen.update, most
        )


@pytest.fixture
def room(monkeypatch) -> FakeRoom:
    for name in ("POLL_INTERVAL", "MIN_INTERVAL", "VOTES_INTERVAL"):
        monkeypatch.setattr(events, name, 0.001)
    return FakeRoom()


async def read(stream: EventStream, count: int) -> list[bytes]:
    """Return the next `count` parts of a stream."""
    parts = aiter(stream)
    return [await anext(parts) for _ in range(count)]


async def test_stream_sends_first_event_at_once(room):
    stream = await room.hub().open("", False)
    assert await read(stream, 1) == [b'event: room\ndata: {"revision":1,"present":0,"state":"a-x"}\n\n']


async def test_stream_sends_changes_only(room):
    hub = room.hub()
    parts = aiter(await hub.open("", False))
    await anext(parts)
    while room.reads < 5:
        await asyncio.sleep(0)
    room.moment = DRAWN
    hub.notify()
    assert await anext(parts) == encode(DRAWN)


async def test_state_stream_skips_drawings(room):
    hub = room.hub()
    parts, wall = aiter(await hub.open("", True)), aiter(await hub.open("", False))
    await anext(parts), await anext(wall)
    room.moment = DRAWN
    assert await anext(wall) == encode(DRAWN)
    room.moment = STARTED
    assert await anext(parts) == encode(STARTED)


async def test_slow_reader_gets_only_the_newest_event(room):
    hub = room.hub()
    stream, other = await hub.open("", False), aiter(await hub.open("", False))
    await anext(other)
    for moment in (DRAWN, STARTED):
        room.moment = moment
        await anext(other)
    assert await read(stream, 1) == [encode(STARTED)]


async def test_vote_events_are_delayed_until_the_round_changes(room, monkeypatch):
    monkeypatch.setattr(events, "VOTES_INTERVAL", 3600)
    parts = aiter(await room.hub().open("", True))
    await anext(parts)
    room.moment = VOTED
    assert await anext(parts) == encode(VOTED)
    room.moment = replace(VOTED, votes="z")
    reads = room.reads
    while room.reads < reads + 5:
        await asyncio.sleep(0)
    room.moment = replace(VOTED, votes="z", state="b")
    assert json.loads((await anext(parts)).split(b"data: ")[1])["state"] == "b-z"


async def test_idle_stream_sends_pings(room, monkeypatch):
    monkeypatch.setattr(events, "PING_INTERVAL", 0.001)
    assert (await read(await room.hub().open("", True), 3))[1:] == [PING, PING]


async def test_open_streams_mark_participants_as_present(room, monkeypatch):
    monkeypatch.setattr(events, "PRESENCE_INTERVAL", 0)
    hub = room.hub()
    await hub.open("secreta", True)
    await hub.open("unknown", True)
    while not room.seen:
        await asyncio.sleep(0)
    assert room.seen == {"a"}


async def test_own_event_is_for_the_participant_concerned(room):
    hub = room.hub()
    parts, other = aiter(await hub.open("secreta", True)), aiter(await hub.open("secretb", True))
    await anext(parts), await anext(other)
    room.moment = replace(FIRST, revision=2, concerned=frozenset("ax"))
    assert await anext(parts) == OWN
    room.moment = replace(STARTED, concerned=NO_ONE)
    assert await anext(other) == encode(STARTED)
    assert await anext(parts) == encode(STARTED)
    hub.close()


async def test_own_events_of_many_are_sent_in_batches(room, monkeypatch):
    monkeypatch.setattr(events, "OWN_BATCH", 2)
    monkeypatch.setattr(events, "MIN_INTERVAL", 0)
    hub = room.hub()
    streams = [aiter(await hub.open(f"secret{name}", True)) for name in PEOPLE]
    for stream in streams:
        await anext(stream)
    room.moment = replace(FIRST, revision=2, concerned=frozenset(PEOPLE))
    reads = []
    for stream in streams:
        assert await anext(stream) == OWN
        reads.append(room.reads)
    assert reads[-1] - reads[0] >= 3  # the last of four batches
    hub.close()


async def test_hub_rejects_streams_over_its_limit(room):
    hub = room.hub(most=1)
    await hub.open("", True)
    with pytest.raises(Busy, match="poll instead"):
        await hub.open("", True)


async def test_streams_hold_at_most_half_of_the_connections(app):
    app.config["CONNECTIONS"] = 2
    hub = create_asgi(app).state.events
    await hub.open("", True)
    with pytest.raises(Busy, match="at most 1 event streams"):
        await hub.open("", True)
    hub.close()


async def test_closed_hub_ends_its_streams(room):
    hub = room.hub()
    stream = await hub.open("", True)
    hub.close()
    assert [part async for part in stream] == []
    assert len(hub) == 0


async def test_streams_end_when_the_room_cannot_be_read(room):
    hub = room.hub()
    parts = aiter(await hub.open("", True))
    await anext(parts)
    room.error = DatabaseUnavailable("the disk is gone")
    with pytest.raises(StopAsyncIteration):
        await anext(parts)
    with pytest.raises(DatabaseUnavailable):
        await hub.open("", True)
    room.error = None
    assert await read(await hub.open("", True), 1) == [encode(FIRST)]


async def test_hub_removes_stream_of_disconnected_client(room):
    hub = room.hub()
    parts = aiter(await hub.open("", True))
    await anext(parts)
    waiting = asyncio.ensure_future(anext(parts))
    await asyncio.sleep(0)
    waiting.cancel()
    with suppress(asyncio.CancelledError):
        await waiting
    assert len(hub) == 0


def test_events_reject_an_unknown_parameter(asgi_client):
    response = asgi_client.get("/api/room/events?only=drawings")
    assert response.status_code == 400
    assert response.json()["error"]["message"] == "expected only as 'state' or left out, received 'drawings'"


def test_flask_route_of_events_suggests_polling(client):
    response = client.get("/api/room/events")
    assert response.status_code == 404
    assert "poll /api/room/state" in response.get_json()["error"]["message"]


def test_native_state_equals_flask_state(asgi_client):
    native, flask = asgi_client.get("/api/room/state"), asgi_client.get("/api/room/state?since=0")
    assert native.json() == flask.json()
    for name in ("ETag", "Cache-Control", "Content-Type", "Content-Security-Policy"):
        assert native.headers[name] == flask.headers[name]
    assert "Cookie" in native.headers["Vary"]


@pytest.mark.parametrize("header", ["{}", "W/{}", '"other", {}'])
def test_state_with_matching_etag_returns_304(asgi_client, header: str):
    tag = asgi_client.get("/api/room/state").headers["ETag"]
    response = asgi_client.get("/api/room/state", headers={"If-None-Match": header.format(tag)})
    assert (response.status_code, response.content) == (304, b"")
