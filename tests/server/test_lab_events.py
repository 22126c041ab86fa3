"""Event streams of the lab."""

import asyncio
import json
from collections.abc import AsyncIterator

import pytest
from starlette.requests import Request

from webapp.errors import Busy, NotPresenter
from webapp.server import lab_events
from webapp.server.lab_events import LabEvents


class FakeLab:
    """Counts open pages, as its trainer does; its news are what was set."""

    def __init__(self) -> None:
        self.trainer = self
        self.listeners = []
        self.pages = 0
        self.changes = 0
        self.asked: list[int] = []

    def add_page(self) -> None:
        self.pages += 1

    def remove_page(self) -> None:
        self.pages -= 1

    def news(self, since: int) -> tuple[int, dict]:
        self.asked.append(since)
        return self.changes, {"status": "training", "points": [[self.changes]]}

    def change(self) -> None:
        self.changes += 1
        for listener in self.listeners:
            listener()


def request(method: str = "GET") -> Request:
    return Request({"type": "http", "method": method, "headers": [], "state": {}, "path": "/api/lab/events"})


async def open_stream(events: LabEvents) -> AsyncIterator[bytes]:
    response = await events.answer(request())
    assert response.media_type == "text/event-stream"
    return response.body_iterator


def news_of(event: bytes) -> dict:
    name, data = event.decode().splitlines()[:2]
    assert name == "event: lab"
    return json.loads(data.removeprefix("data: "))


@pytest.fixture
def lab() -> FakeLab:
    return FakeLab()


async def test_stream_starts_with_everything_and_goes_on_with_news(lab):
    events = LabEvents(lab, lambda _: None)
    stream = await open_stream(events)
    assert news_of(await anext(stream))["points"] == [[0]]
    lab.change()
    assert news_of(await anext(stream))["points"] == [[1]]
    assert lab.asked == [-1, 0]
    assert lab.pages == 1
    events.close()
    assert [event async for event in stream] == []
    assert lab.pages == 0


async def test_idle_stream_is_pinged(lab, monkeypatch):
    monkeypatch.setattr(lab_events, "PING_INTERVAL", 0.01)
    stream = await open_stream(LabEvents(lab, lambda _: None))
    await anext(stream)
    assert (await anext(stream)).startswith(b"event: ping")
    await stream.aclose()
    assert lab.pages == 0


async def test_streams_are_limited(lab, monkeypatch):
    monkeypatch.setattr(lab_events, "MOST_STREAMS", 1)
    events = LabEvents(lab, lambda _: None)
    stream = await open_stream(events)
    await anext(stream)
    with pytest.raises(Busy):
        await events.answer(request())
    await stream.aclose()
    await events.answer(request())


async def test_stream_is_for_those_who_may_use_the_lab(lab):
    def refuse(_: Request) -> None:
        raise NotPresenter("expected the presenter")

    with pytest.raises(NotPresenter):
        await LabEvents(lab, refuse).answer(request())


async def test_head_opens_no_stream(lab):
    await LabEvents(lab, lambda _: None).answer(request("HEAD"))
    assert lab.pages == 0


async def test_change_from_another_thread_is_seen(lab):
    events = LabEvents(lab, lambda _: None)
    stream = await open_stream(events)
    await anext(stream)
    await asyncio.to_thread(lab.change)
    assert news_of(await anext(stream))["points"] == [[1]]
    events.close()


@pytest.mark.parametrize(
    ("address", "headers", "status"),
    [("192.168.1.20", {}, 403), ("127.0.0.1", {"Via": "1.1 proxy"}, 403), ("127.0.0.1", {}, 200)],
)
def test_head_is_for_this_computer(client_of, address, headers, status):
    """Unlike GET, its response ends."""
    client = client_of(address, LAN=True)
    assert client.head("/api/lab/events", headers=headers).status_code == status


def test_head_is_for_the_presenter(client_of, app):
    client = client_of("192.168.1.20", app)
    client.get(app.extensions["auth"].presenter_path())
    assert client.head("/api/lab/events").status_code == 200


def test_stream_of_another_computer_is_refused(client_of):
    response = client_of("192.168.1.20", LAN=True).get("/api/lab/events")
    assert response.status_code == 403
