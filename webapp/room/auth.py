"""Authentication: join code, the links and cookies of presenter and wall, and a throttle for wrong ones.

The presenter's link holds a random token of 128 bits. The server exchanges it for a cookie whose value is an
HMAC of the token, so the cookie does not reveal the link. Token and code are stored with the room and stay
valid after a restart; --new-presenter-link replaces the token. The wall's link lets another computer show the
join code, and nothing else; it holds an HMAC of the token too.
"""

import hashlib
import hmac
import secrets
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from typing import Protocol

from webapp.errors import NotPresenter, TooManyTries, WrongCode
from webapp.room.names import random_word

TOKEN_BYTES = 16  # 128 bits
COOKIE_PURPOSE = b"inkwise presenter cookie"
WALL_LINK_PURPOSE, WALL_COOKIE_PURPOSE = b"inkwise wall link", b"inkwise wall cookie"
WALL_TOKEN_DIGITS = 16  # hexadecimal: 64 bits, short enough to be typed
FREE_TRIES, TRY_INTERVAL = 20, 3.0  # wrong codes or tokens of one client at once, then seconds between two
# Behind a proxy, a whole venue may share one address: one client that guesses must not lock out the others.
CLIENTS_PER_ADDRESS = 15
CODE, TOKEN = "code", "presenter_token"  # keys in the room's settings
MAX_CLIENTS = 1000  # in the throttle's memory; the least recent one is dropped


class KeyValueStore(Protocol):
    """What RoomAuth needs of KeyValues."""

    def get_or_set(self, name: str, value: str) -> str:
        """Return the value of `name`; if there is none, store `value` and return it."""

    def replace(self, name: str, value: str) -> None:
        """Store `value` under `name`."""


class RoomAuth:
    """Join code and presenter token of one room.

    Args:
        config: the settings.
        key_values: stores code and token; its errors pass through.
        clock: returns seconds; time.monotonic except in tests.
    """

    def __init__(
        self, config: Mapping, key_values: KeyValueStore, clock: Callable[[], float] = time.monotonic
    ):
        self._config = config
        self._key_values = key_values
        clients = CLIENTS_PER_ADDRESS if config["TRUSTED_PROXIES"] else 1
        self._throttle = LoginThrottle(FREE_TRIES * clients, TRY_INTERVAL / clients, clock)

    @property
    def code(self) -> str | None:
        """The join code, a word in capitals; None if the server is not open to the network."""
        if not self._config["LAN"]:
            return None
        return self._config["ROOM_CODE"] or self._key_values.get_or_set(CODE, random_word())

    def presenter_path(self) -> str:
        """Return the path of the presenter's link, with the token."""
        return f"/presenter?token={self._token()}"

    def wall_path(self) -> str:
        """Return the path of the wall's link, for a computer that shall show the join code."""
        return f"/wall?token={self._wall_token()}"

    def make_new_link(self) -> None:
        """Replace the token: the earlier link and its cookies become invalid."""
        self._key_values.replace(TOKEN, secrets.token_urlsafe(TOKEN_BYTES))

    def check_code(self, given: object, client: str) -> None:
        """Check a join code, ignoring case and surrounding spaces; any code passes if none is needed.

        Args:
            client: key under which wrong codes are counted.

        Raises:
            WrongCode: another word.
            TooManyTries: too many wrong codes before.
        """
        expected = self.code
        if expected is None:
            return
        self._check_tries(client)
        if not isinstance(given, str) or not _is_equal(given.strip().upper(), expected):
            self._throttle.count(client)
            raise WrongCode("expected the room's code, the word on the wall, received another")

    def cookie_for(self, token: str, client: str) -> str:
        """Return the presenter's cookie in exchange for the token of the link.

        The correct token passes after any number of wrong ones, so no one can lock the presenter out.

        Raises:
            NotPresenter: another token.
            TooManyTries: too many wrong tokens before.
        """
        expected = self._token()
        if _is_equal(token, expected):
            return _derived(expected, COOKIE_PURPOSE)
        raise self._wrong_token(
            client,
            "expected the presenter's link as the terminal shows it, received another token",
            "This is not the presenter's link of this room. Open the link that the terminal shows now.",
        )

    def wall_cookie_for(self, token: str, client: str) -> str:
        """Return the wall's cookie in exchange for the token of its link. Raises as `cookie_for`."""
        if _is_equal(token, self._wall_token()):
            return _derived(self._token(), WALL_COOKIE_PURPOSE)
        raise self._wrong_token(
            client,
            "expected the wall's link as the presenter's page shows it, received another token",
            "This is not the wall's link of this room. Open the link that the presenter's page shows now.",
        )

    def _wrong_token(self, client: str, message: str, explanation: str) -> NotPresenter:
        """Return the error for a wrong token, and count it. Raises TooManyTries."""
        self._check_tries(client)
        self._throttle.count(client)
        return NotPresenter(message, explanation)

    def is_presenter(self, cookie: str | None) -> bool:
        """Return whether a cookie is the presenter's."""
        return cookie is not None and _is_equal(cookie, _derived(self._token(), COOKIE_PURPOSE))

    def is_wall(self, cookie: str) -> bool:
        """Return whether a cookie is that of the wall's link."""
        return _is_equal(cookie, _derived(self._token(), WALL_COOKIE_PURPOSE))

    def _token(self) -> str:
        return self._key_values.get_or_set(TOKEN, secrets.token_urlsafe(TOKEN_BYTES))

    def _wall_token(self) -> str:
        return _derived(self._token(), WALL_LINK_PURPOSE)[:WALL_TOKEN_DIGITS]

    def _check_tries(self, client: str) -> None:
        seconds = self._throttle.wait(client)
        if seconds:
            raise TooManyTries("too many wrong tries; wait a moment before the next", int(seconds) + 1)


class LoginThrottle:
    """Limits wrong tries of each client: some at once, then one after each interval. Thread-safe.

    Args:
        tries: wrong tries allowed at once.
        interval: seconds until one more is allowed.
        clock: returns seconds.
    """

    def __init__(self, tries: int, interval: float, clock: Callable[[], float] = time.monotonic):
        self._tries = tries
        self._interval = interval
        self._clock = clock
        self._lock = threading.Lock()
        self._full_at: OrderedDict[str, float] = OrderedDict()  # when all tries are available again

    def wait(self, client: str) -> float:
        """Return the seconds until the next try is allowed, 0 if it is allowed now."""
        with self._lock:
            remaining = self._full_at.get(client, 0.0) - self._clock()
        return max(0.0, remaining - (self._tries - 1) * self._interval)

    def count(self, client: str) -> None:
        """Count a wrong try."""
        with self._lock:
            start = max(self._clock(), self._full_at.pop(client, 0.0))
            self._full_at[client] = start + self._interval
            if len(self._full_at) > MAX_CLIENTS:
                self._full_at.popitem(last=False)


def _derived(token: str, purpose: bytes) -> str:
    """Return what stands for the token without revealing it."""
    return hmac.new(token.encode(), purpose, hashlib.sha256).hexdigest()


def _is_equal(given: str, expected: str) -> bool:
    """Compare in constant time."""
    return hmac.compare_digest(given.encode("utf-8", "surrogatepass"), expected.encode())
