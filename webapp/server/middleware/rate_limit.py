"""Middleware: token-bucket rate limits per participant and per client address.

In a venue hundreds of phones may share one public address, so each costly request counts twice: for the
participant of the cookie, and for the address. A participant's bucket fits one person; an address's bucket
fits a room, and limits a client that invents cookies. Reading pages and live views is not limited: it costs
little, and a whole room may open the page at once.

A bucket gains tokens at a rate, up to a burst. Each process keeps its buckets in memory and drops the least
recently used ones.
"""

import math
import re
import time
from collections import OrderedDict
from dataclasses import dataclass

from starlette.types import ASGIApp, Receive, Scope, Send

from webapp.errors import RateLimited
from webapp.ink.parsing import PIXELS
from webapp.server.http import PARTICIPANT, PRESENTER, find_header, has_header, read_cookie, send_error
from webapp.settings import LOOPBACK

MAX_BUCKETS = 10_000  # of each kind; about 2 MB
ANY = "*"  # any method but GET and HEAD
COST_UNIT = 4_096  # bytes; a digit has 1,000 to 3,000


@dataclass(frozen=True)
class Rate:
    """Tokens gained a second, and the maximum number of tokens."""

    per_second: float
    burst: float


@dataclass(frozen=True)
class Limited:
    """A kind of request, with the rates of one participant and of one address.

    Attributes:
        only_bitmaps: whether it is limited to bodies of 784 bytes.
        is_presenters: only the presenter may send it. The person is the presenter; a request with any
            presenter's cookie does not count for its address, so that no other client of that address
            can use up the presenter's tokens. A wrong cookie is rejected at little cost.
    """

    name: str
    method: str
    path: re.Pattern
    person: Rate
    address: Rate
    only_bitmaps: bool = False
    is_presenters: bool = False

    def fits(self, scope: Scope) -> bool:
        """Return whether a request is of this kind."""
        return (
            self.method in (ANY, scope["method"])
            and self.path.fullmatch(scope["path"]) is not None
            and (not self.only_bitmaps or is_bitmap(scope))
        )


LIMITS = (
    # A page requests at most one prediction for each frame; screens show up to 120 a second.
    Limited(
        "predict", "POST", re.compile("/api/predict"), Rate(120, 240), Rate(2000, 4000), only_bitmaps=True
    ),
    # Ink as JSON comes from programs, and costs more. It must not use up the tokens of pages.
    Limited("predict_ink", "POST", re.compile("/api/predict"), Rate(60, 240), Rate(200, 600)),
    Limited("inspect", "POST", re.compile("/api/(?:inspect|superposition)"), Rate(40, 80), Rate(200, 400)),
    # Integrated gradients cost as much as hundreds of predictions.
    Limited("explain", "POST", re.compile("/api/explain"), Rate(20, 40), Rate(100, 400)),
    # Fifty learning steps cost as much as integrated gradients.
    Limited("learn", "POST", re.compile("/api/learn"), Rate(20, 40), Rate(100, 400)),
    # A room of hundreds joins within a minute from one address; a phone joins once.
    Limited("join", "POST", re.compile("/api/room/participants"), Rate(1, 10), Rate(20, 600)),
    # A person draws a digit in two seconds at best. 300 people of one address send at once at the end of a
    # round, otherwise one drawing in ten seconds each; an outbox waits after 429 and loses nothing.
    Limited("send", "PUT", re.compile("/api/room/drawings/[^/]*"), Rate(0.5, 8), Rate(30, 300)),
    Limited("vote", "PUT", re.compile("/api/room/drawings/[^/]*/vote"), Rate(2, 20), Rate(200, 1200)),
    Limited("guess", "PUT", re.compile("/api/room/guess"), Rate(2, 20), Rate(200, 1200)),
    Limited("change", "PATCH", re.compile("/api/room/me"), Rate(2, 20), Rate(50, 600)),
    Limited("delete", "DELETE", re.compile("/api/room/me/.*"), Rate(4, 60), Rate(50, 600)),
    # RoomAuth limits wrong tokens of the presenter's link.
    Limited("import", "POST", re.compile("/api/room/import"), Rate(4, 100), Rate(4, 100), is_presenters=True),
    Limited(
        "load_test",
        "POST",
        re.compile("/api/room/preflight/load-test"),
        Rate(0.2, 5),
        Rate(0.2, 5),
        is_presenters=True,
    ),
    # The lab checks its configuration while the presenter types.
    Limited(
        "lab",
        ANY,
        re.compile("/api/(?:lab|teach)(?:/.*)?"),
        Rate(10, 100),
        Rate(10, 100),
        is_presenters=True,
    ),
    # Rounds, settings, hiding, and whatever else changes the room.
    Limited(
        "change_room", ANY, re.compile("/api/room(?:/.*)?"), Rate(10, 100), Rate(10, 100), is_presenters=True
    ),
)


class Buckets:
    """Tokens by key, for one rate. Use them on the event loop only."""

    def __init__(self, rate: Rate, most: int = MAX_BUCKETS):
        self._rate = rate
        self._most = most
        self._tokens: OrderedDict[str, tuple[float, float]] = OrderedDict()  # key -> (tokens, when)

    def __len__(self) -> int:
        return len(self._tokens)

    def take(self, key: str, now: float, cost: float = 1.0) -> float:
        """Take tokens of `key` at `now`, in seconds; return 0, or the seconds until there are enough.

        Args:
            cost: tokens; at most a full bucket is taken, so that every request is possible.
        """
        rate = self._rate
        cost = min(cost, rate.burst)
        tokens, then = self._tokens.pop(key, (rate.burst, now))
        tokens = min(rate.burst, tokens + max(now - then, 0) * rate.per_second)
        wait = 0.0 if tokens >= cost else (cost - tokens) / rate.per_second
        self._tokens[key] = (tokens - cost if wait == 0 else tokens, now)  # at the end: most recently used
        if len(self._tokens) > self._most:
            self._tokens.popitem(last=False)
        return wait


class RateLimit:
    """Respond with 429 to a participant or an address without a token.

    Args:
        scale: factor on the rates; at least 0.001.
        spares_loopback: whether requests from this computer, the presenter's, are not counted.
        largest_body: bytes; the cost of a body without a declared length.
    """

    def __init__(self, app: ASGIApp, scale: float, spares_loopback: bool, largest_body: int):
        self._app = app
        self._largest_body = largest_body
        self._spares_loopback = spares_loopback
        self._limited = [
            (each, Buckets(_times(scale, each.person)), Buckets(_times(scale, each.address)))
            for each in LIMITS
        ]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["method"] not in ("GET", "HEAD"):
            try:
                self.check(scope, time.monotonic())
            except RateLimited as error:
                return await send_error(error, scope, send)
        return await self._app(scope, receive, send)

    def check(self, scope: Scope, now: float) -> None:
        """Take a token for a request at `now`, in seconds. Raises RateLimited if there is none."""
        address = scope["client"][0] if scope.get("client") else ""
        if self._spares_loopback and address in LOOPBACK:
            return
        for limited, persons, addresses in self._limited:
            if limited.fits(scope):
                cost = 1 if limited.is_presenters else self._cost(scope)  # an import has many parts
                person = read_cookie(scope, PRESENTER if limited.is_presenters else PARTICIPANT)
                wait = persons.take(person, now, cost) if person else 0.0
                if not wait and not (person and limited.is_presenters):
                    wait = addresses.take(address, now, cost)
                if wait:
                    seconds = math.ceil(wait)
                    raise RateLimited(f"expected fewer requests; try again in {seconds} s", seconds)
                return

    def _cost(self, scope: Scope) -> int:
        """Return the tokens that a request costs."""
        if has_header(scope, b"transfer-encoding"):
            size = self._largest_body
        else:
            length = find_header(scope, b"content-length")
            # int() of thousands of digits fails; such a body is rejected for its size.
            is_short = length.isdecimal() and len(length) < 12
            size = min(int(length), self._largest_body) if is_short else self._largest_body * bool(length)
        return 1 + size // COST_UNIT


def is_bitmap(scope: Scope) -> bool:
    """Return whether a request's body is declared as a bitmap of 784 bytes."""
    return find_header(scope, b"content-type") == "application/octet-stream" and find_header(
        scope, b"content-length"
    ) == str(PIXELS)


def _times(scale: float, rate: Rate) -> Rate:
    return Rate(rate.per_second * scale, max(rate.burst * scale, 1))
