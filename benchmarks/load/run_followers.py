"""Phones and a wall that follow a run of the lab: how late each update of the trainer arrives."""

import asyncio
import json
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from benchmarks.load.browser import Browser
from benchmarks.load.connection import REQUEST_TIMEOUT
from benchmarks.load.http import JSON, header_of, make_request, status_of
from benchmarks.load.latencies import LatencyRecorder

ROOM = "/api/room"
ARRIVALS = 3.0  # seconds within which all phones arrive, and then guess


@dataclass
class FollowRecorder:
    """Measurements of all followers of one run. Times are in seconds of the event loop's clock.

    Attributes:
        guesses: requests that send a guess.
        sent: the trainer's clock at each update that the wall received, by the step.
        walls, phones: (step, time) for each point received.
        first: the smallest difference between the wall's and the trainer's clock.
        truths: phones that received the accuracy at the end.
        lost: streams that were refused or ended.
    """

    guesses: LatencyRecorder = field(default_factory=LatencyRecorder)
    sent: dict[int, float] = field(default_factory=dict)
    walls: list[tuple[int, float]] = field(default_factory=list)
    phones: list[tuple[int, float]] = field(default_factory=list)
    first: float = float("inf")
    truths: int = 0
    lost: int = 0

    def delays(self, received: list[tuple[int, float]]) -> list[float]:
        """Return the seconds from updates to their receipt, beyond the fastest one, sorted."""
        return sorted(at - self.sent[step] - self.first for step, at in received if step in self.sent)


class RunFollower:
    """A phone, or the wall, with an open stream.

    Args:
        is_wall: otherwise it joins and guesses.
    """

    def __init__(self, port: int, recorder: FollowRecorder, seed: int, is_wall: bool = False):
        self._port, self._recorder, self._is_wall = port, recorder, is_wall
        self._random = random.Random(seed)
        self._browser = Browser(port)
        self._run: int | None = None
        self._has_truth = False

    async def run(self) -> None:
        """Arrive and follow until cancelled."""
        try:
            headers = {} if self._is_wall else await self._join()
            async with asyncio.TaskGroup() as group:
                group.create_task(self._follow(headers))
                if not self._is_wall:
                    group.create_task(self._guess(headers))
        finally:
            self._browser.close()

    async def _join(self) -> dict[str, str]:
        await asyncio.sleep(self._random.random() * ARRIVALS)
        request = make_request(self._port, "POST", f"{ROOM}/participants", b"{}", JSON)
        cookie = header_of(await self._browser.send(request), "Set-Cookie")
        return {"Cookie": cookie.partition(";")[0]}

    async def _guess(self, headers: dict[str, str]) -> None:
        await asyncio.sleep(self._random.random() * ARRIVALS)
        body = json.dumps({"accuracy": round(self._random.random(), 3)}).encode()
        request = make_request(self._port, "PUT", f"{ROOM}/guess", body, JSON, headers)
        await self._recorder.guesses.record(self._browser.send(request))

    async def _follow(self, headers: dict[str, str]) -> None:
        try:
            async for news in self._events(headers):
                self._take(news, asyncio.get_running_loop().time())
        except (ConnectionError, TimeoutError):
            self._recorder.lost += 1

    async def _events(self, headers: dict[str, str]) -> AsyncIterator[dict]:
        reader, writer = await asyncio.open_connection("127.0.0.1", self._port)
        try:
            path = f"{ROOM}/events{'' if self._is_wall else '?only=state'}"
            writer.write(make_request(self._port, "GET", path, headers=headers))
            async with asyncio.timeout(REQUEST_TIMEOUT):
                head = await reader.readuntil(b"\r\n\r\n")
            if status_of(head) != 200:
                raise ConnectionError(f"expected an event stream, received {head[:60]!r}")
            while size := int(await reader.readline() or b"0", 16):
                event = await reader.readexactly(size + 2)
                if event.startswith(b"event: run\n"):
                    yield json.loads(event.split(b"data: ")[1])
            raise ConnectionError("the event stream ended")
        except asyncio.IncompleteReadError:
            raise ConnectionError("the event stream ended") from None
        finally:
            writer.close()

    def _take(self, news: dict, now: float) -> None:
        run, recorder = news.get("run"), self._recorder
        if run is None:
            return
        if self._run != run["id"]:
            self._run = run["id"]
        elif run["status"] == "training" and not news["whole"]:
            steps = [(point[0], now) for point in news["points"]]
            (recorder.walls if self._is_wall else recorder.phones).extend(steps)
            if self._is_wall and steps:
                recorder.sent[run["step"]] = run["seconds"]
                recorder.first = min(recorder.first, now - run["seconds"])
        if run["test_accuracy"] is not None and not self._has_truth:
            self._has_truth = True
            recorder.truths += not self._is_wall


@asynccontextmanager
async def followers(port: int, phones: int) -> AsyncIterator[FollowRecorder]:
    """Yield the recorder once a wall and so many phones have arrived and guessed; they follow to the end."""
    recorder = FollowRecorder()
    clients = [RunFollower(port, recorder, seed) for seed in range(phones)]
    clients.append(RunFollower(port, recorder, phones, is_wall=True))
    tasks = [asyncio.create_task(client.run()) for client in clients]
    await asyncio.sleep(2 * ARRIVALS + 1)
    yield recorder
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
