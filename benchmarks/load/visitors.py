"""Simulated people of a room, each with a browser: phones that join and draw, a wall, and a presenter."""

import asyncio
import json
import random
import uuid
from collections.abc import AsyncIterator, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field

from benchmarks.load.browser import Browser
from benchmarks.load.http import JSON, body_of, header_of, make_request
from benchmarks.load.tally import Tally

LOOK_ANYWAY = 30.0  # seconds after which a page looks for news though no event came
STREAM_AGAIN = 5.0  # seconds after which it opens a stream that failed
ROUND_EVERY = 3.0  # seconds between two rounds of the presenter
ROOM = "/api/room"


@dataclass
class RoomTally:
    """What came of everything that the people of a room did.

    Attributes:
        pages: the join page of each phone, from its first request to the room's state, joining included.
        started: moments at which rounds were asked for, in seconds of `pages`, by id.
        heard: (id of a round, moment) whenever a phone got another round.
        stored: moments at which the server said that it has a drawing, by id.
        seen: moments at which the wall had it, by id.
    """

    pages: Tally = field(default_factory=Tally)
    looks: Tally = field(default_factory=Tally)
    sends: Tally = field(default_factory=Tally)
    walls: Tally = field(default_factory=Tally)
    started: dict[str, float] = field(default_factory=dict)
    heard: list[tuple[str, float]] = field(default_factory=list)
    stored: dict[str, float] = field(default_factory=dict)
    seen: dict[str, float] = field(default_factory=dict)

    @property
    def now(self) -> float:
        """Seconds since the beginning."""
        return self.pages.now

    @property
    def followed(self) -> list[float]:
        """Seconds from asking for a round until a phone had it, sorted; one for each round and phone."""
        return sorted(moment - self.started[name] for name, moment in self.heard if name in self.started)

    @property
    def shown(self) -> list[float]:
        """Seconds from a drawing's being stored until the wall had it, sorted; 0 where the wall was first."""
        common = self.stored.keys() & self.seen.keys()
        return sorted(max(0.0, self.seen[name] - self.stored[name]) for name in common)


class Looker:
    """Asks an address for what is new, as live views do: with a revision and a tag, at each event."""

    def __init__(self, browser: Browser, port: int, path: str, tally: Tally, has_revision: bool = True):
        self._browser, self._port, self._path, self._tally = browser, port, path, tally
        self._has_revision = has_revision
        self._revision, self._tag = None, None

    async def follow(self, stream: str, headers: dict) -> AsyncIterator[dict]:
        """Yield what is new at each event of a stream, and now and then without one."""
        while True:
            changed = asyncio.Event()
            listening = asyncio.create_task(self._listen(stream, headers, changed))
            try:
                while not listening.done():
                    try:
                        async with asyncio.timeout(LOOK_ANYWAY):
                            await changed.wait()
                    except TimeoutError:
                        pass
                    changed.clear()
                    if news := await self.look(headers):
                        yield news
            finally:
                listening.cancel()
            await asyncio.sleep(STREAM_AGAIN)

    async def look(self, headers: dict) -> dict | None:
        """Return what is new, None where nothing is or no answer came."""
        since = f"?since={self._revision}" if self._has_revision and self._revision is not None else ""
        known = {} if self._tag is None else {"If-None-Match": self._tag}
        request = make_request(self._port, "GET", self._path + since, headers=headers | known)
        answer = await self._tally.note(self._browser.ask(request))
        if answer is None or not (body := body_of(answer)):
            return None
        news = json.loads(body)
        self._revision, self._tag = news["revision"], header_of(answer, "ETag")
        return news

    async def _listen(self, stream: str, headers: dict, changed: asyncio.Event) -> None:
        try:
            async with aclosing(self._browser.follow(stream, headers)) as events:
                async for _ in events:
                    changed.set()
        except (OSError, ValueError):
            changed.set()


class Visitor:
    """Opens the join page, joins, follows the rounds, and sends a drawing now and then.

    Args:
        inks: digits to send, each as lists of [x, y].
        rate: drawings a second on the average.
        arrivals: seconds within which all visitors come, each at a random moment.
    """

    def __init__(
        self, port: int, inks: Sequence[list], rate: float, tally: RoomTally, seed: int, arrivals: float
    ):
        self._port, self._inks, self._rate, self._tally = port, inks, rate, tally
        self._random, self._arrivals = random.Random(seed), arrivals
        self._browser = Browser(port)
        self._looker = Looker(self._browser, port, f"{ROOM}/state", tally.looks, has_revision=False)
        self._headers: dict[str, str] = {}
        self._round = None

    async def live(self) -> None:
        """Do all of it until cancelled."""
        await asyncio.sleep(self._random.random() * self._arrivals)
        try:
            while await self._tally.pages.note(self._open()) is None:
                await asyncio.sleep(1.0)
            async with asyncio.TaskGroup() as group:
                group.create_task(self._follow_rounds())
                if self._rate:
                    group.create_task(self._send_drawings())
        finally:
            self._browser.close()

    async def _open(self) -> bytes:
        """Do what the page does until it shows the room, and return the answer with its state."""
        await self._browser.load("/join")
        await asyncio.gather(*(self._browser.get(path) for path in ("/readyz", f"{ROOM}/me")))
        request = make_request(self._port, "POST", f"{ROOM}/participants", b"{}", JSON)
        joined = await self._browser.ask(request)
        cookie = header_of(joined, "Set-Cookie")
        if cookie is None:
            return joined  # its status is noted
        self._headers = {"Cookie": cookie.partition(";")[0]}
        await self._browser.get(f"{ROOM}/me", self._headers)
        return await self._browser.get(f"{ROOM}/state", self._headers)

    async def _follow_rounds(self) -> None:
        async for news in self._looker.follow(f"{ROOM}/events?only=state", self._headers):
            before, self._round = self._round, news["round"]["id"]
            if before not in (None, self._round):
                self._tally.heard.append((self._round, self._tally.now))

    async def _send_drawings(self) -> None:
        while True:
            await asyncio.sleep(self._random.expovariate(self._rate))
            drawing = str(uuid.UUID(int=self._random.getrandbits(128), version=4))
            ink = {"strokes": self._random.choice(self._inks), "label": None, "round": self._round}
            path, body = f"{ROOM}/drawings/{drawing}", json.dumps(ink).encode("ascii")
            request = make_request(self._port, "PUT", path, body, JSON, self._headers)
            if await self._tally.sends.note(self._browser.ask(request)):
                self._tally.stored[drawing] = self._tally.now


class Wall:
    """Looks for new drawings as the projector does, and notes how long each took once it was stored."""

    def __init__(self, port: int, tally: RoomTally):
        self._browser, self._tally = Browser(port), tally
        self._looker = Looker(self._browser, port, f"{ROOM}/wall", tally.walls)

    async def live(self) -> None:
        """Look until cancelled."""
        try:
            await self._browser.load("/wall")
            async for news in self._looker.follow(f"{ROOM}/events", {}):
                for drawing in news["drawings"]:
                    self._tally.seen.setdefault(drawing["id"], self._tally.now)
        finally:
            self._browser.close()


class Presenter:
    """Starts rounds.

    Args:
        link: path of the presenter's link.
    """

    def __init__(self, port: int, link: str, tally: RoomTally):
        self._port, self._link, self._tally = port, link, tally
        self._browser = Browser(port)

    async def live(self) -> None:
        """Start a round every few seconds until cancelled."""
        try:
            answer = await self._browser.get(self._link)
            headers = {"Cookie": header_of(answer, "Set-Cookie").partition(";")[0]}
            digit = 0
            while True:
                await asyncio.sleep(ROUND_EVERY)
                digit = (digit + 1) % 10
                body = json.dumps({"kind": "ask", "digit": digit}).encode()
                request = make_request(self._port, "POST", f"{ROOM}/rounds", body, JSON, headers)
                asked_at = self._tally.now
                started = json.loads(body_of(await self._browser.ask(request)))
                self._tally.started[started["id"]] = asked_at
        finally:
            self._browser.close()
