"""Simulated browsers in a room: participants that join and draw, the wall, and the presenter."""

import asyncio
import json
import random
import uuid
from collections.abc import AsyncIterator, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field

from benchmarks.load.browser import Browser
from benchmarks.load.http import JSON, body_of, header_of, make_request
from benchmarks.load.latencies import LatencyRecorder

POLL_INTERVAL = 30.0  # seconds after which a page polls without an event
RECONNECT_DELAY = 5.0  # seconds before a page reopens an event stream
ROUND_INTERVAL = 3.0  # seconds between two rounds of the presenter
ROOM = "/api/room"


@dataclass
class RoomRecorder:
    """Measurements of all clients of a room. Times are in seconds since the start.

    Attributes:
        pages: loading the join page, from the first request to the room's state, joining included.
        states: polls of the room's state by participants.
        drawings: requests that send a drawing.
        walls: polls of the wall.
        rounds_started: time of the request that starts a round, by the round's id.
        rounds_received: (round's id, time) whenever a participant receives a new round.
        drawings_stored: time at which the server confirms a drawing, by its id.
        drawings_shown: time at which the wall receives a drawing, by its id.
    """

    pages: LatencyRecorder = field(default_factory=LatencyRecorder)
    states: LatencyRecorder = field(default_factory=LatencyRecorder)
    drawings: LatencyRecorder = field(default_factory=LatencyRecorder)
    walls: LatencyRecorder = field(default_factory=LatencyRecorder)
    rounds_started: dict[str, float] = field(default_factory=dict)
    rounds_received: list[tuple[str, float]] = field(default_factory=list)
    drawings_stored: dict[str, float] = field(default_factory=dict)
    drawings_shown: dict[str, float] = field(default_factory=dict)

    @property
    def now(self) -> float:
        """Seconds since the start."""
        return self.pages.now

    @property
    def round_delays(self) -> list[float]:
        """Seconds from the start of a round to its receipt, sorted; one value per round and participant."""
        started = self.rounds_started
        return sorted(time - started[name] for name, time in self.rounds_received if name in started)

    @property
    def wall_delays(self) -> list[float]:
        """Seconds from storing a drawing to showing it, sorted; 0 if the wall receives it first."""
        common = self.drawings_stored.keys() & self.drawings_shown.keys()
        return sorted(max(0.0, self.drawings_shown[name] - self.drawings_stored[name]) for name in common)


class Poller:
    """Polls a path for changes as live views do: after each event, with revision and ETag."""

    def __init__(
        self, browser: Browser, port: int, path: str, recorder: LatencyRecorder, has_revision: bool = True
    ):
        self._browser, self._port, self._path, self._recorder = browser, port, path, recorder
        self._has_revision = has_revision
        self._revision, self._etag = None, None

    async def follow(self, stream: str, headers: dict) -> AsyncIterator[dict]:
        """Yield the changes after each event of a stream, and after POLL_INTERVAL without an event."""
        while True:
            changed = asyncio.Event()
            listener = asyncio.create_task(self._listen(stream, headers, changed))
            try:
                while not listener.done():
                    try:
                        async with asyncio.timeout(POLL_INTERVAL):
                            await changed.wait()
                    except TimeoutError:
                        pass
                    changed.clear()
                    if changes := await self.poll(headers):
                        yield changes
            finally:
                listener.cancel()
            await asyncio.sleep(RECONNECT_DELAY)

    async def poll(self, headers: dict) -> dict | None:
        """Return the changes, or None if nothing changed or the request failed."""
        since = f"?since={self._revision}" if self._has_revision and self._revision is not None else ""
        conditional = {} if self._etag is None else {"If-None-Match": self._etag}
        request = make_request(self._port, "GET", self._path + since, headers=headers | conditional)
        response = await self._recorder.record(self._browser.send(request))
        if response is None or not (body := body_of(response)):
            return None
        changes = json.loads(body)
        self._revision, self._etag = changes["revision"], header_of(response, "ETag")
        return changes

    async def _listen(self, stream: str, headers: dict, changed: asyncio.Event) -> None:
        try:
            async with aclosing(self._browser.follow(stream, headers)) as events:
                async for _ in events:
                    changed.set()
        except (OSError, ValueError):
            changed.set()


class ParticipantClient:
    """Opens the join page, joins, follows the rounds, and sends drawings at random times.

    Args:
        inks: digits to send, each as lists of [x, y].
        rate: drawings per second on average.
        ramp_up: seconds within which all participants arrive, each at a random time.
    """

    def __init__(
        self, port: int, inks: Sequence[list], rate: float, recorder: RoomRecorder, seed: int, ramp_up: float
    ):
        self._port, self._inks, self._rate, self._recorder = port, inks, rate, recorder
        self._random, self._ramp_up = random.Random(seed), ramp_up
        self._browser = Browser(port)
        self._poller = Poller(self._browser, port, f"{ROOM}/state", recorder.states, has_revision=False)
        self._headers: dict[str, str] = {}
        self._round = None

    async def run(self) -> None:
        """Arrive, join and draw until cancelled."""
        await asyncio.sleep(self._random.random() * self._ramp_up)
        try:
            while await self._recorder.pages.record(self._open()) is None:
                await asyncio.sleep(1.0)
            async with asyncio.TaskGroup() as group:
                group.create_task(self._follow_rounds())
                if self._rate:
                    group.create_task(self._send_drawings())
        finally:
            self._browser.close()

    async def _open(self) -> bytes:
        """Send the requests of the page until it shows the room. Return the response with the state."""
        await self._browser.load("/join")
        await asyncio.gather(*(self._browser.get(path) for path in ("/readyz", f"{ROOM}/me")))
        request = make_request(self._port, "POST", f"{ROOM}/participants", b"{}", JSON)
        joined = await self._browser.send(request)
        cookie = header_of(joined, "Set-Cookie")
        if cookie is None:
            return joined  # an error, which the recorder counts
        self._headers = {"Cookie": cookie.partition(";")[0]}
        await self._browser.get(f"{ROOM}/me", self._headers)
        return await self._browser.get(f"{ROOM}/state", self._headers)

    async def _follow_rounds(self) -> None:
        async for state in self._poller.follow(f"{ROOM}/events?only=state", self._headers):
            before, self._round = self._round, state["round"]["id"]
            if before not in (None, self._round):
                self._recorder.rounds_received.append((self._round, self._recorder.now))

    async def _send_drawings(self) -> None:
        while True:
            await asyncio.sleep(self._random.expovariate(self._rate))
            drawing = str(uuid.UUID(int=self._random.getrandbits(128), version=4))
            ink = {"strokes": self._random.choice(self._inks), "label": None, "round": self._round}
            path, body = f"{ROOM}/drawings/{drawing}", json.dumps(ink).encode("ascii")
            request = make_request(self._port, "PUT", path, body, JSON, self._headers)
            if await self._recorder.drawings.record(self._browser.send(request)):
                self._recorder.drawings_stored[drawing] = self._recorder.now


class WallClient:
    """Polls the wall as the projector's page does, and records when it receives each drawing."""

    def __init__(self, port: int, recorder: RoomRecorder):
        self._browser, self._recorder = Browser(port), recorder
        self._poller = Poller(self._browser, port, f"{ROOM}/wall", recorder.walls)

    async def run(self) -> None:
        """Poll until cancelled."""
        try:
            await self._browser.load("/wall")
            async for changes in self._poller.follow(f"{ROOM}/events", {}):
                for drawing in changes["drawings"]:
                    self._recorder.drawings_shown.setdefault(drawing["id"], self._recorder.now)
        finally:
            self._browser.close()


class PresenterClient:
    """Starts rounds.

    Args:
        link: path of the presenter's link.
    """

    def __init__(self, port: int, link: str, recorder: RoomRecorder):
        self._port, self._link, self._recorder = port, link, recorder
        self._browser = Browser(port)

    async def run(self) -> None:
        """Start a round every ROUND_INTERVAL until cancelled."""
        try:
            response = await self._browser.get(self._link)
            headers = {"Cookie": header_of(response, "Set-Cookie").partition(";")[0]}
            digit = 0
            while True:
                await asyncio.sleep(ROUND_INTERVAL)
                digit = (digit + 1) % 10
                body = json.dumps({"kind": "ask", "digit": digit}).encode()
                request = make_request(self._port, "POST", f"{ROOM}/rounds", body, JSON, headers)
                sent_at = self._recorder.now
                started = json.loads(body_of(await self._browser.send(request)))
                self._recorder.rounds_started[started["id"]] = sent_at
        finally:
            self._browser.close()
