"""Who may come in, and where: the address that phones open, the room's code, the presenter's link.

The link holds a random token of 128 bits. It is exchanged once for a cookie whose value is made from the
token by a one-way function: who sees the cookie has no link to hand on. Token and code are kept with the
room, so that a restart on stage locks nobody out; --new-presenter-link makes another token.
"""

import hashlib
import hmac
import secrets
import time
from collections.abc import Callable, Mapping
from typing import Protocol

from webapp.errors import NotPresenter, TooManyTries, WrongCode
from webapp.room.addresses import address_of, find_addresses
from webapp.room.slowdown import Slowdown
from webapp.room.words import random_word
from webapp.settings import LOOPBACK

TOKEN_BYTES = 16  # 128 bits
COOKIE_PURPOSE = b"inkwise presenter cookie"
ADDRESS_AGE = 5.0  # seconds an address is believed; a laptop may change its network during a session
FREE_TRIES, TRY_INTERVAL = 20, 3.0  # wrong words or tokens of one phone, then seconds between two
# A public server sees a whole venue behind one address; there one who guesses must not keep the others out.
PEOPLE_BEHIND_ONE_ADDRESS = 15
ANY_ADDRESSES, LOOPBACK_ADDRESS = ("0.0.0.0", "::"), "127.0.0.1"
CODE, TOKEN = "code", "presenter_token"  # names in the room's keeping


class Keeper(Protocol):
    """Keeps short texts with the room."""

    def keep(self, name: str, value: str) -> str:
        """Return the text kept under `name`; where there is none, keep `value`."""

    def replace(self, name: str, value: str) -> None:
        """Keep `value` under `name`, whatever was there."""


class Doors:
    """The ways into one room.

    Args:
        config: the settings; PORT is the one listened on by the time an address is asked for.
        keeper: keeps code and token. What it raises where the room cannot be read goes through.

    Raises:
        SettingError: the public address is none.
    """

    def __init__(self, config: Mapping, keeper: Keeper, clock: Callable[[], float] = time.monotonic):
        self._config = config
        self._keeper = keeper
        self._clock = clock
        self._addresses: tuple[float, list[str]] = (float("-inf"), [])
        people = PEOPLE_BEHIND_ONE_ADDRESS if config["TRUSTED_PROXIES"] else 1
        self._slowdown = Slowdown(FREE_TRIES * people, TRY_INTERVAL / people, clock)
        self._visited_at: float | None = None
        if config["PUBLIC_ADDRESS"]:
            address_of(config["PUBLIC_ADDRESS"], config["PORT"])  # a wrong one is told before the start

    @property
    def is_open(self) -> bool:
        """Whether others than this computer can reach the server; then joining takes the code."""
        return self._config["LAN"]

    @property
    def code(self) -> str:
        """The word to join with, in capitals."""
        return self._config["ROOM_CODE"] or self._keeper.keep(CODE, random_word())

    @property
    def local_address(self) -> str:
        """What this computer itself opens, such as http://127.0.0.1:8000."""
        host, port = self._config["HOST"], self._config["PORT"]
        return f"http://{_bracketed(LOOPBACK_ADDRESS if host in ANY_ADDRESSES else host)}:{port}"

    def addresses(self) -> list[str]:
        """Return what phones can open, such as http://192.168.1.7:8000, the likeliest first; never empty."""
        public, port = self._config["PUBLIC_ADDRESS"], self._config["PORT"]
        if public:
            return [address_of(public, port)]
        hosts = (self._found() or [LOOPBACK_ADDRESS]) if self._is_guessed else [self._config["HOST"]]
        return [f"http://{_bracketed(host)}:{port}" for host in hosts]

    @property
    def has_network(self) -> bool:
        """Whether phones could reach the first of `addresses`, as far as this computer can know."""
        return not self._is_guessed or bool(self._found())

    def join_address(self) -> str:
        """Return what the QR code holds: where to join, with the code where one is needed."""
        return f"{self.addresses()[0]}/join" + (f"?code={self.code}" if self.is_open else "")

    def to_json(self) -> dict:
        """Return what every page may know: the code, None where none is needed, and the address to join."""
        return {"code": self.code if self.is_open else None, "address": f"{self.addresses()[0]}/join"}

    def presenter_path(self) -> str:
        """Return the path of the presenter's link, with the token."""
        return f"/presenter?token={self._token()}"

    def make_new_link(self) -> None:
        """Make the presenter's earlier link, and the cookies it gave, useless."""
        self._keeper.replace(TOKEN, secrets.token_urlsafe(TOKEN_BYTES))

    def check_code(self, given: object, guesser: str) -> None:
        """Let pass who knows the code, in any case and with space around it; all pass where it is not open.

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
        """Whether nobody said by which address phones come: a proxy may stand before a loopback host."""
        if self._config["PUBLIC_ADDRESS"] or not self.is_open:
            return False
        return self._config["HOST"] in (*ANY_ADDRESSES, *LOOPBACK)

    def note_visit(self, visitor: str) -> None:
        """Note that somebody came from an IP address; that it was another device is all that is kept."""
        if visitor not in LOOPBACK and visitor not in self._found():
            self._visited_at = self._clock()

    def since_visit(self) -> float | None:
        """Return the seconds since another device came; None where none has, as far as can be seen."""
        return None if self._visited_at is None else self._clock() - self._visited_at

    def _token(self) -> str:
        return self._keeper.keep(TOKEN, secrets.token_urlsafe(TOKEN_BYTES))

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
    """Compare in a time that tells nothing of where two texts differ."""
    return hmac.compare_digest(given.encode("utf-8", "surrogatepass"), expected.encode())


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host
