"""Middleware: token-bucket rate limits per participant and per client address.

In a venue hundreds of phones share one public address, so each request that costs something is counted twice:
for the participant whom the cookie names, and for the address. A participant's bucket fits one person who
draws; an address's fits a room of them, and limits a client that invents cookies. Reading pages, pictures and
live views is not limited: it costs little, and a limit that trips when a room opens the page at once would be
the failure that it should prevent.

A bucket gains tokens at a rate, up to a burst. Each process keeps its buckets in memory and drops those that
were not used for longest.
"""

import math
import re
import time
from collections import OrderedDict
from dataclasses import dataclass

from starlette.types import ASGIApp, Receive, Scope, Send

from webapp.errors import RateLimited
from webapp.server.cookies import PARTICIPANT, read_cookie
from webapp.server.responses import send_error
from webapp.settings import LOOPBACK

MOST_BUCKETS = 10_000  # of each kind; about 2 MB


@dataclass(frozen=True)
class Rate:
    """Requests a second in the long run, and how many may come at once."""

    per_second: float
    burst: float


@dataclass(frozen=True)
class Limited:
    """A kind of request that is counted, with the rates of one participant and of one address."""

    name: str
    method: str
    path: re.Pattern
    person: Rate
    address: Rate


TABLE = (
    # A page asks again as soon as it has its answer, at most once a frame; screens show up to 120 a second.
    Limited("predict", "POST", re.compile("/api/predict"), Rate(120, 240), Rate(2000, 4000)),
    Limited("look", "POST", re.compile("/api/(?:inspect|halves)"), Rate(40, 80), Rate(200, 400)),
    # Integrated gradients take a network's time of hundreds of answers.
    Limited("explain", "POST", re.compile("/api/explain"), Rate(20, 40), Rate(100, 400)),
    # A room of hundreds joins within a minute, from one address; and a phone joins once.
    Limited("join", "POST", re.compile("/api/room/participants"), Rate(1, 10), Rate(20, 600)),
    # After an outage a phone sends all that it drew meanwhile.
    Limited("send", "PUT", re.compile("/api/room/drawings/.*"), Rate(4, 60), Rate(200, 1200)),
    Limited("change", "PATCH", re.compile("/api/room/me"), Rate(2, 20), Rate(50, 600)),
    Limited("delete", "DELETE", re.compile("/api/room/me/.*"), Rate(4, 60), Rate(50, 600)),
)


class Buckets:
    """Tokens by key, for one rate. Use them on the event loop only."""

    def __init__(self, rate: Rate, most: int = MOST_BUCKETS):
        self._rate = rate
        self._most = most
        self._tokens: OrderedDict[str, tuple[float, float]] = (
            OrderedDict()
        )  # key -> tokens, and when that was

    def __len__(self) -> int:
        return len(self._tokens)

    def take(self, key: str, now: float) -> float:
        """Take a token of `key` at `now`, in seconds; return 0, or the seconds until there will be one."""
        rate = self._rate
        tokens, then = self._tokens.pop(key, (rate.burst, now))
        tokens = min(rate.burst, tokens + max(now - then, 0) * rate.per_second)
        wait = 0.0 if tokens >= 1 else (1 - tokens) / rate.per_second
        self._tokens[key] = (tokens - 1 if wait == 0 else tokens, now)  # at the end: used last
        if len(self._tokens) > self._most:
            self._tokens.popitem(last=False)
        return wait


class RateLimit:
    """Answer 429 where a participant or an address has asked too often.

    Args:
        scale: factor on the rates of the table; at least 0.001.
        spares_loopback: whether requests of this computer, the presenter's, are not counted.
    """

    def __init__(self, app: ASGIApp, scale: float, spares_loopback: bool):
        self._app = app
        self._spares_loopback = spares_loopback
        self._limited = [
            (each, Buckets(_times(scale, each.person)), Buckets(_times(scale, each.address)))
            for each in TABLE
        ]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["method"] not in ("GET", "HEAD"):
            try:
                self.check(scope, time.monotonic())
            except RateLimited as error:
                return await send_error(error, scope, send)
        return await self._app(scope, receive, send)

    def check(self, scope: Scope, now: float) -> None:
        """Take a token for a request at `now`, in seconds. Raises RateLimited where there is none."""
        address = scope["client"][0] if scope.get("client") else ""
        if self._spares_loopback and address in LOOPBACK:
            return
        for limited, persons, addresses in self._limited:
            if scope["method"] == limited.method and limited.path.fullmatch(scope["path"]):
                person = read_cookie(scope, PARTICIPANT)
                wait = (persons.take(person, now) if person else 0.0) or addresses.take(address, now)
                if wait:
                    seconds = math.ceil(wait)
                    raise RateLimited(f"expected fewer requests; try again in {seconds} s", seconds)
                return


def _times(scale: float, rate: Rate) -> Rate:
    return Rate(rate.per_second * scale, max(rate.burst * scale, 1))
