"""Authentication: the join code, the presenter's link and cookie, and the addresses that phones open.

The link holds a random token of 128 bits. It is exchanged once for a cookie whose value is an HMAC of the
token, so the cookie does not reveal the link. Token and code are stored with the room and stay valid after a
restart; --new-presenter-link makes another token.
"""

import hashlib
import hmac
import secrets
import time
from collections.abc import Callable, Mapping
from typing import Protocol

from webapp.errors import NotPresenter, TooManyTries, WrongCode
from webapp.room.addresses import address_of, find_addresses
from webapp.room.login_throttle import LoginThrottle
from webapp.room.word_list import random_word
from webapp.settings import LOOPBACK

TOKEN_BYTES = 16  # 128 bits
COOKIE_PURPOSE = b"inkwise presenter cookie"
ADDRESS_AGE = 5.0  # seconds that addresses are cached; a laptop may change its network during a session
FREE_TRIES, TRY_INTERVAL = 20, 3.0  # wrong codes or tokens of one client, then seconds between two
# A public server may see a whole venue behind one address: a client that guesses must not lock out the rest.
PEOPLE_BEHIND_ONE_ADDRESS = 15
ANY_ADDRESSES, LOOPBACK_ADDRESS = ("0.0.0.0", "::"), "127.0.0.1"
CODE, TOKEN = "code", "presenter_token"  # names in the room's key-value settings


class KeyValueStore(Protocol):
    """What RoomAuth needs of KeyValues."""

    def keep(self, name: str, value: str) -> str:
        """Return the text stored under `name`; where there is none, store `value` and return it."""

    def replace(self, name: str, value: str) -> None:
        """Store `value` under `name`."""


class RoomAuth:
    """Join code, presenter token and addresses of one room.

    Args:
        config: the settings; PORT is the one listened on by the time an address is asked for.
        key_values: stores code and token; its errors pass through.

    Raises:
        SettingError: the public address is not an address.
    """

    def __init__(
        self, config: Mapping, key_values: KeyValueStore, clock: Callable[[], float] = time.monotonic
    ):
        self._config = config
        self._key_values = key_values
        self._clock = clock
        self._addresses: tuple[float, list[str]] = (float("-inf"), [])
        people = PEOPLE_BEHIND_ONE_ADDRESS if config["TRUSTED_PROXIES"] else 1
        self._slowdown = LoginThrottle(FREE_TRIES * people, TRY_INTERVAL / people, clock)
        self._visited_at: float | None = None
        if config["PUBLIC_ADDRESS"]:
            address_of(config["PUBLIC_ADDRESS"], config["PORT"])  # a wrong one is told before the start

    @property
    def is_open(self) -> bool:
        """Whether other computers can reach the server; then joining takes the code."""
        return self._config["LAN"]

    @property
    def code(self) -> str:
        """The join code: a word in capitals."""
        return self._config["ROOM_CODE"] or self._key_values.keep(CODE, random_word())

    @property
    def local_address(self) -> str:
        """The URL for this computer, such as http://127.0.0.1:8000."""
        host, port = self._config["HOST"], self._config["PORT"]
        return f"http://{_bracketed(LOOPBACK_ADDRESS if host in ANY_ADDRESSES else host)}:{port}"

    def addresses(self) -> list[str]:
        """Return URLs for phones, such as http://192.168.1.7:8000, the likeliest first; never empty."""
        public, port = self._config["PUBLIC_ADDRESS"], self._config["PORT"]
        if public:
            return [address_of(public, port)]
        hosts = (self._found() or [LOOPBACK_ADDRESS]) if self._is_guessed else [self._config["HOST"]]
        return [f"http://{_bracketed(host)}:{port}" for host in hosts]

    @property
    def has_network(self) -> bool:
        """Whether phones can reach the first of `addresses`, as far as this computer knows."""
        return not self._is_guessed or bool(self._found())

    def join_address(self) -> str:
        """Return the URL in the QR code: the join page, with the code where one is needed."""
        return f"{self.addresses()[0]}/join" + (f"?code={self.code}" if self.is_open else "")

    def to_json(self) -> dict:
        """Return the code, None where none is needed, and the URL of the join page, for all pages."""
        return {"code": self.code if self.is_open else None, "address": f"{self.addresses()[0]}/join"}

    def presenter_path(self) -> str:
        """Return the path of the presenter's link, with the token."""
        return f"/presenter?token={self._token()}"

    def make_new_link(self) -> None:
        """Replace the token: the earlier link and its cookies become invalid."""
        self._key_values.replace(TOKEN, secrets.token_urlsafe(TOKEN_BYTES))

    def check_code(self, given: object, guesser: str) -> None:
        """Check a join code, ignoring case and outer spaces; any code passes where the server is not open.

        Args:
            guesser: whose tries are counted together; kept in memory only.

        Raises:
            WrongCode: it is another word.
            TooManyTries: so were the last ones.
        """
        if not self.is_open:
            return
        self._check_tries(guesser)
        if not isinstance(given, str) or not _is_same(given.strip().upper(), self.code):
            self._slowdown.count(guesser)
            raise WrongCode("expected the room's code, the word on the wall, received another")

    def cookie_for(self, token: str, guesser: str) -> str:
        """Return the presenter's cookie in exchange for the token of the link.

        The right token passes however many wrong ones came before, so nobody can lock the presenter out.

        Raises:
            NotPresenter: it is another token.
            TooManyTries: so were the last ones.
        """
        own = self._token()
        if _is_same(token, own):
            return _cookie(own)
        self._check_tries(guesser)
        self._slowdown.count(guesser)
        raise NotPresenter("expected the presenter's link as the terminal shows it, received another token")

    def is_presenter(self, cookie: str | None) -> bool:
        """Return whether a cookie is the presenter's."""
        return cookie is not None and _is_same(cookie, _cookie(self._token()))

    @property
    def _is_guessed(self) -> bool:
        """Whether the address of phones is not configured: a proxy may stand before a loopback host."""
        if self._config["PUBLIC_ADDRESS"] or not self.is_open:
            return False
        return self._config["HOST"] in (*ANY_ADDRESSES, *LOOPBACK)

    def note_visit(self, visitor: str) -> None:
        """Note a request from an IP address; stored is only when another device came last."""
        if visitor not in LOOPBACK and visitor not in self._found():
            self._visited_at = self._clock()

    def since_visit(self) -> float | None:
        """Return the seconds since another device came; None where none has."""
        return None if self._visited_at is None else self._clock() - self._visited_at

    def _token(self) -> str:
        return self._key_values.keep(TOKEN, secrets.token_urlsafe(TOKEN_BYTES))

    def _check_tries(self, guesser: str) -> None:
        seconds = self._slowdown.wait(guesser)
        if seconds:
            raise TooManyTries("too many wrong tries; wait a moment before the next", int(seconds) + 1)

    def _found(self) -> list[str]:
        since, addresses = self._addresses
        if self._clock() - since > ADDRESS_AGE:
            addresses = find_addresses()
            self._addresses = (self._clock(), addresses)
        return addresses


def _cookie(token: str) -> str:
    return hmac.new(token.encode(), COOKIE_PURPOSE, hashlib.sha256).hexdigest()


def _is_same(given: str, expected: str) -> bool:
    """Compare two texts in constant time."""
    return hmac.compare_digest(given.encode("utf-8", "surrogatepass"), expected.encode())


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host
