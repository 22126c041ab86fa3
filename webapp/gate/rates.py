"""How often somebody may ask for what costs much, with a whole room behind one address in mind.

At a venue hundreds of phones share one public address, so an address alone says little. Each request that
costs something is counted twice: for the participant, where the cookie names one, and for the address. A
participant's bucket fits a hand that draws; an address's fits a room of hands, and keeps somebody who makes
up cookies within that. Reading pages, pictures and live views is not limited: it costs little, and a limit
that trips when everybody opens the page at once would be the failure that it should prevent.

Buckets are tokens that drip in at a rate and may collect up to a burst. Each process has buckets of its own,
in memory, and forgets those that were not used for longest.
"""

import math
import re
import threading
import time
from collections import OrderedDict
from dataclasses import dataclass

from webapp.errors import TooOften
from webapp.settings import LOOPBACK

PARTICIPANT = re.compile(r"(?:^|;\s*)inkwise_participant=([^;]{1,200})")
MOST_BUCKETS = 10_000  # of each kind; about 2 MB


@dataclass(frozen=True)
class Rate:
    """Requests a second in the long run, and how many may come at once."""

    per_second: float
    burst: float


@dataclass(frozen=True)
class Limited:
    """A kind of request that is counted."""

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
    """Tokens by key, for one rate. Any thread may take some."""

    def __init__(self, rate: Rate, most: int = MOST_BUCKETS):
        self._rate = rate
        self._most = most
        self._tokens: OrderedDict[str, tuple[float, float]] = OrderedDict()  # key -> tokens, at which time
        self._lock = threading.Lock()

    def __len__(self) -> int:
        return len(self._tokens)

    def take(self, key: str, now: float) -> float:
        """Take a token of `key` and return 0, or return the seconds until there will be one.

        Args:
            now: of time.monotonic().
        """
        rate = self._rate
        with self._lock:
            tokens, then = self._tokens.pop(key, (rate.burst, now))
            tokens = min(rate.burst, tokens + max(now - then, 0) * rate.per_second)
            wait = 0.0 if tokens >= 1 else (1 - tokens) / rate.per_second
            self._tokens[key] = (tokens - 1 if wait == 0 else tokens, now)  # at the end: used last
            if len(self._tokens) > self._most:
                self._tokens.popitem(last=False)
        return wait


class Rates:
    """The buckets of one server.

    Args:
        scale: times the rates of the table.
        spares_loopback: whether this computer's own requests are let through: the presenter's.
    """

    def __init__(self, scale: float, spares_loopback: bool):
        self._spares_loopback = spares_loopback
        self._limited = [
            (each, Buckets(_times(scale, each.person)), Buckets(_times(scale, each.address)))
            for each in TABLE
        ]

    def check(self, environ: dict) -> None:
        """Raise TooOften where whoever asks has to wait first."""
        method = environ["REQUEST_METHOD"]
        if method in ("GET", "HEAD"):
            return
        address = environ.get("REMOTE_ADDR", "")
        if self._spares_loopback and address in LOOPBACK:
            return
        for limited, persons, addresses in self._limited:
            if method == limited.method and limited.path.fullmatch(environ["PATH_INFO"]):
                _take(persons, addresses, _participant(environ), address)
                return


def _take(persons: Buckets, addresses: Buckets, person: str | None, address: str) -> None:
    now = time.monotonic()
    wait = persons.take(person, now) if person else 0.0
    wait = wait or addresses.take(address, now)
    if wait:
        seconds = math.ceil(wait)
        raise TooOften(f"expected fewer requests; try again in {seconds} s", seconds)


def _participant(environ: dict) -> str | None:
    found = PARTICIPANT.search(environ.get("HTTP_COOKIE", ""))
    return found[1] if found else None


def _times(scale: float, rate: Rate) -> Rate:
    return Rate(rate.per_second * scale, max(rate.burst * scale, 1))
