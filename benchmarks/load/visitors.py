"""Simulated people of a room: phones that look for news and send drawings, and a wall that shows them."""

import asyncio
import json
import random
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field

from benchmarks.load.http import JSON, body_of, header_of, make_request
from benchmarks.load.line import Line
from benchmarks.load.tally import Tally

LOOK_EVERY = 3.0  # seconds between a phone's looks for news, more or less
WALL_EVERY = 0.5  # seconds between the wall's
ROOM = "/api/room"


@dataclass
class RoomTally:
    """What came of everything that the people of a room did.

    Attributes:
        sent: moments at which drawings were sent, in seconds of `sends`, by id.
        stored: ids of those that the server said it has.
        shown: seconds from sending until the wall had it, by id.
    """

    joins: Tally = field(default_factory=Tally)
    looks: Tally = field(default_factory=Tally)
    sends: Tally = field(default_factory=Tally)
    walls: Tally = field(default_factory=Tally)
    sent: dict[str, float] = field(default_factory=dict)
    stored: set[str] = field(default_factory=set)
    shown: dict[str, float] = field(default_factory=dict)


class Looker:
    """Asks an address for what is new, as live views do: with a revision and a tag."""

    def __init__(self, port: int, path: str, line: Line, tally: Tally):
        self._port, self._path, self._line, self._tally = port, path, line, tally
        self._revision, self._tag = None, None

    async def look(self, headers: dict) -> dict | None:
        """Return what is new, None where nothing is or no answer came."""
        since = "" if self._revision is None else f"?since={self._revision}"
        known = {} if self._tag is None else {"If-None-Match": self._tag}
        request = make_request(self._port, "GET", self._path + since, headers=headers | known)
        answer = await self._tally.note(self._line.ask(request))
        if answer is None or not (body := body_of(answer)):
            return None
        news = json.loads(body)
        self._revision, self._tag = news["revision"], header_of(answer, "ETag")
        return news


class Visitor:
    """Joins, looks for news, and sends a drawing now and then.

    Args:
        inks: digits to send, each as lists of [x, y].
        rate: drawings a second on the average.
    """

    def __init__(self, port: int, inks: Sequence[list], rate: float, tally: RoomTally, seed: int):
        self._port, self._inks, self._rate, self._tally = port, inks, rate, tally
        self._random = random.Random(seed)
        self._line, self._taking_turns = Line(port), asyncio.Lock()
        self._looker = Looker(port, f"{ROOM}/state", self._line, tally.looks)
        self._headers: dict[str, str] = {}
        self._round = None

    async def live(self) -> None:
        """Do all of it until cancelled."""
        await asyncio.sleep(self._random.random() * LOOK_EVERY)
        try:
            await self._join()
            async with asyncio.TaskGroup() as group:
                group.create_task(self._look_for_news())
                group.create_task(self._send_drawings())
        finally:
            self._line.close()

    async def _join(self) -> None:
        request = make_request(self._port, "POST", f"{ROOM}/participants", b"{}", JSON)
        while (answer := await self._tally.joins.note(self._line.ask(request))) is None:
            await asyncio.sleep(1.0)
        self._headers = {"Cookie": header_of(answer, "Set-Cookie").partition(";")[0]}

    async def _look_for_news(self) -> None:
        while True:
            async with self._taking_turns:
                news = await self._looker.look(self._headers)
            if news:
                self._round = news["round"]["id"]
            await asyncio.sleep(LOOK_EVERY * self._random.uniform(0.8, 1.2))

    async def _send_drawings(self) -> None:
        while True:
            await asyncio.sleep(self._random.expovariate(self._rate))
            drawing = str(uuid.UUID(int=self._random.getrandbits(128), version=4))
            ink = {"strokes": self._random.choice(self._inks), "label": None, "round": self._round}
            path, body = f"{ROOM}/drawings/{drawing}", json.dumps(ink).encode("ascii")
            request = make_request(self._port, "PUT", path, body, JSON, self._headers)
            async with self._taking_turns:
                self._tally.sent[drawing] = self._tally.sends.now
                if await self._tally.sends.note(self._line.ask(request)):
                    self._tally.stored.add(drawing)


class Wall:
    """Looks for new drawings as the projector does, and notes how long each took from its phone."""

    def __init__(self, port: int, tally: RoomTally):
        self._line, self._tally = Line(port), tally
        self._looker = Looker(port, f"{ROOM}/wall", self._line, tally.walls)

    async def live(self) -> None:
        """Look until cancelled."""
        try:
            while True:
                news = await self._looker.look({})
                for drawing in (news or {}).get("drawings", ()):
                    if drawing["id"] in self._tally.sent:
                        took = self._tally.sends.now - self._tally.sent[drawing["id"]]
                        self._tally.shown.setdefault(drawing["id"], took)
                await asyncio.sleep(WALL_EVERY)
        finally:
            self._line.close()
