"""Updates of the lab's run for event streams: encoded once, whole for those who missed one."""

import asyncio
import json
from collections.abc import Callable

import pytest

from tests.lab.fake_trainer import FakeTrainer
from webapp.lab.lab import Lab
from webapp.server import run_channels
from webapp.server.events import EventHub
from webapp.server.run_channels import Channel, RunChannels


@pytest.fixture
def lab(store, tmp_path, monkeypatch) -> Lab:
    """A lab that shows a run, with channels that do not wait between updates."""
    for name in ("WALL_INTERVAL", "PHONE_INTERVAL"):
        monkeypatch.setattr(run_channels, name, 0)
    lab = Lab(tmp_path / "lab", tmp_path / "kept", tmp_path, store, FakeTrainer, lambda: True)
    lab.broadcast.switch({"shown": True})
    lab.train({"spec": {}})
    return lab


class Stream:
    """A stream of a channel: `next` waits for an update and returns its data."""

    def __init__(self, channels: RunChannels, is_phone: bool = True):
        self.news = asyncio.Event()
        self.channel: Channel = channels.join(self.news.set, is_phone)
        self.number = 0

    async def next(self) -> dict:
        return json.loads((await self.next_event()).partition(b"data: ")[2])

    async def next_event(self) -> bytes:
        event = b""
        while not event:
            await self.news.wait()
            self.news.clear()
            self.number, event = self.channel.after(self.number)
        return event

    def leave(self) -> None:
        self.channel.leave(self.news.set)


def trainer_of(lab: Lab) -> FakeTrainer:
    return lab.trainer.process


async def test_stream_gets_the_whole_run_and_then_new_points(lab):
    stream = Stream(RunChannels(lab.broadcast, lab.listeners))
    trainer_of(lab).update(step=1)
    assert (await stream.next())["whole"]
    trainer_of(lab).update(step=2)
    news = await stream.next()
    assert (news["whole"], [point[0] for point in news["points"]]) == (False, [2])
    stream.leave()


async def test_update_is_encoded_once_for_all(lab):
    channels = RunChannels(lab.broadcast, lab.listeners)
    streams = [Stream(channels) for _ in range(3)]
    for step in (1, 2):
        trainer_of(lab).update(step=step)
        events = [await stream.next_event() for stream in streams]
        assert events[0] is events[1] is events[2]
    for stream in streams:
        stream.leave()


async def test_stream_that_missed_an_update_gets_the_whole_run(lab):
    channels = RunChannels(lab.broadcast, lab.listeners)
    slow, other = Stream(channels), Stream(channels)
    await slow.next(), await other.next()
    for step in (1, 2):
        trainer_of(lab).update(step=step)
        await other.next()
    news = await slow.next()
    assert (news["whole"], [point[0] for point in news["points"]]) == (True, [1, 2])
    slow.leave(), other.leave()


async def test_phones_get_guesses_at_the_end_and_walls_at_once(lab):
    trainer_of(lab).finish(status="failed")
    lab.broadcast.switch({"asking": True})
    lab.broadcast.guess("ada", 0.5)
    channels = RunChannels(lab.broadcast, lab.listeners)
    phone, wall = Stream(channels), Stream(channels, is_phone=False)
    assert (await phone.next())["guesses"]["values"] is None
    assert (await wall.next())["guesses"]["values"] == [0.5]
    phone.leave(), wall.leave()


async def test_channel_rests_without_streams_and_starts_with_the_present(lab):
    channels = RunChannels(lab.broadcast, lab.listeners)
    stream = Stream(channels)
    await stream.next()
    stream.leave()
    assert channels.phones._following is None
    lab.broadcast.switch({"shown": False})
    later = Stream(channels)
    assert await later.next() == {"shown": False}
    later.leave()


async def test_nothing_is_sent_while_nothing_changes(lab):
    read: list[int] = []
    news: Callable = lab.broadcast.news
    lab.broadcast.news = lambda *given: (read.append(1), news(*given))[1]
    stream = Stream(RunChannels(lab.broadcast, lab.listeners))
    await stream.next()
    for listener in lab.listeners:
        listener()
    while len(read) < 2:
        await asyncio.sleep(0)
    assert stream.channel.after(stream.number)[1] == b""
    stream.leave()


async def test_event_stream_of_the_room_carries_the_run(lab, app):
    moment = app.extensions["room"].live.moment({})
    channels = RunChannels(lab.broadcast, lab.listeners)
    hub = EventHub(lambda _: moment, lambda _: None, lambda _: None, 10, channels)
    parts = aiter(await hub.open("", True))
    assert (await anext(parts)).startswith(b"event: room\n")
    assert (await anext(parts)).startswith(b"event: run\n")
    hub.close()
    assert channels.phones._following is None
