"""The URLs of this server: for this computer, for phones, and for the QR code to join.

The addresses of this computer are read from its network interfaces; nothing is sent to find them.
"""

import contextlib
import ipaddress
import re
import socket
import time
from collections.abc import Callable, Iterator, Mapping
from urllib.parse import SplitResult, urlsplit

import psutil

from webapp.errors import SettingError
from webapp.server.middleware import base_path
from webapp.settings import ANY_ADDRESSES, LOOPBACK

CACHE_AGE = 5.0  # seconds; a laptop may change its network during a session
LOOPBACK_ADDRESS = "127.0.0.1"
# An address reserved for documentation: connecting a UDP socket selects a route and sends nothing.
EXAMPLE_ADDRESS = ("203.0.113.1", 9)
# Networks inside this computer, or tunnels: no phone is there. macOS's bridge100 is its hotspot.
VIRTUAL = re.compile(
    r"(docker|br-|veth|virbr|virtualbox|vboxnet|vmnet|vmware|lxc|lxd|cni|flannel|podman|utun|tun|tap|wg|zt|"
    r"tailscale|ppp|bridge0$)",
    re.IGNORECASE,  # Windows has names such as "vEthernet (WSL)"
)
PLAIN_HOST = re.compile(r"[a-zA-Z0-9]([a-zA-Z0-9.-]*[a-zA-Z0-9])?\.?")


class PublicUrl:
    """The URLs of one server, and when another device last reached it.

    Args:
        config: the settings; PORT is the real port by the time a URL is needed.
        clock: returns seconds; time.monotonic except in tests.

    Raises:
        SettingError: the setting `public_address` is malformed.
    """

    def __init__(self, config: Mapping, clock: Callable[[], float] = time.monotonic):
        self._config = config
        self._clock = clock
        self._cache: tuple[float, list[str]] = (float("-inf"), [])
        self._visited_at: float | None = None
        if config["PUBLIC_ADDRESS"]:
            url_of(config["PUBLIC_ADDRESS"], config["PORT"])

    @property
    def is_open(self) -> bool:
        """Whether other computers can reach the server."""
        return self._config["LAN"]

    @property
    def base_path(self) -> str:
        """The path of the setting `public_address`, such as /inkwise; "" for the root."""
        public = self._config["PUBLIC_ADDRESS"]
        return urlsplit(url_of(public, self._config["PORT"])).path if public else ""

    @property
    def local(self) -> str:
        """The URL for this computer, such as http://127.0.0.1:8000."""
        host, port = self._config["HOST"], self._config["PORT"]
        host = _bracketed(LOOPBACK_ADDRESS if host in ANY_ADDRESSES else host)
        return f"http://{host}:{port}{self.base_path}"

    def for_phones(self) -> list[str]:
        """Return URLs such as http://192.168.1.7:8000, the most likely one first; never empty."""
        public, port = self._config["PUBLIC_ADDRESS"], self._config["PORT"]
        if public:
            return [url_of(public, port)]
        hosts = (self._addresses() or [LOOPBACK_ADDRESS]) if self._is_guessed else [self._config["HOST"]]
        return [f"http://{_bracketed(host)}:{port}" for host in hosts]

    @property
    def has_network(self) -> bool:
        """Whether phones can reach the first URL, as far as this computer knows."""
        return not self._is_guessed or bool(self._addresses())

    def to_join(self, code: str | None) -> str:
        """Return the URL of the join page for the QR code, with the join code if one is needed."""
        return f"{self.for_phones()[0]}/join" + (f"?code={code}" if code else "")

    def join_info(self, code: str | None, shows_code: bool = True) -> dict:
        """Return the join code and the URL of the join page, for all pages.

        Args:
            code: None if none is needed.
            shows_code: whether the client may see the code; for others it is None.
        """
        shown = code if shows_code else None
        return {"code": shown, "needs_code": code is not None, "address": self.to_join(None)}

    def is_own_address(self, address: str) -> bool:
        """Return whether an IP address is this computer's."""
        return address in LOOPBACK or address in self._addresses()

    def note_visit(self, address: str) -> None:
        """Record a request from an IP address: the time only, and only for other devices."""
        if not self.is_own_address(address):
            self._visited_at = self._clock()

    def since_visit(self) -> float | None:
        """Return the seconds since the last request of another device, or None."""
        return None if self._visited_at is None else self._clock() - self._visited_at

    @property
    def _is_guessed(self) -> bool:
        """Whether the URL for phones is found from the interfaces, not configured."""
        if self._config["PUBLIC_ADDRESS"] or not self.is_open:
            return False
        return self._config["HOST"] in (*ANY_ADDRESSES, *LOOPBACK)

    def _addresses(self) -> list[str]:
        read_at, addresses = self._cache
        if self._clock() - read_at > CACHE_AGE:
            addresses = find_addresses()
            self._cache = (self._clock(), addresses)
        return addresses


def url_of(public: str, port: int) -> str:
    """Return the URL of the setting `public_address`: a host, a host with a port, or a URL.

    Raises:
        SettingError: it is none of these.
    """
    parts = _split(public)
    if parts is None:
        raise SettingError(
            "expected a host such as 192.168.1.7 or an address such as https://inkwise.example for "
            f"--public-address, received {public[:60]!r}"
        )
    base = base_path.parse(parts.path)
    if "://" in public or parts.port:
        return f"{parts.scheme}://{parts.netloc}{base}"
    return f"http://{parts.netloc}:{port}{base}"


def find_addresses() -> list[str]:
    """Return this computer's IPv4 addresses: the default route's first, virtual interfaces' last."""
    first = _route_address()
    found = {first: ""} if first else {}
    found |= {address: name for name, address in _interface_addresses()}
    usable = [address for address in found if _is_usable(address)]
    return sorted(usable, key=lambda address: _rank(address, found[address], first))


def _split(public: str) -> SplitResult | None:
    try:
        parts = urlsplit(public if "://" in public else f"http://{public}")
        parts.port  # noqa: B018 (raises ValueError if it is not a number)
    except ValueError:
        return None
    is_plain = parts.scheme in ("http", "https") and PLAIN_HOST.fullmatch(parts.hostname or "")
    surplus = parts.query or parts.fragment or parts.username or base_path.parse(parts.path) is None
    return parts if is_plain and not surplus else None


def _rank(address: str, interface: str, first: str | None) -> tuple:
    value = ipaddress.ip_address(address)
    return (
        bool(VIRTUAL.match(interface)),
        value.is_link_local,  # two computers on one cable
        address != first,
        not value.is_private,
        not address.startswith("192.168."),  # the usual range of small networks and hotspots
        int(value),
    )


def _is_usable(address: str) -> bool:
    value = ipaddress.ip_address(address)
    return not (value.is_loopback or value.is_unspecified or value.is_multicast)


def _route_address() -> str | None:
    """Return this computer's address on its default route, or None."""
    with contextlib.suppress(OSError), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.connect(EXAMPLE_ADDRESS)
        return probe.getsockname()[0]
    return None


def _interface_addresses() -> Iterator[tuple[str, str]]:
    """Yield (name, IPv4 address) of each interface that is up."""
    with contextlib.suppress(OSError):
        states = psutil.net_if_stats()
        for name, addresses in psutil.net_if_addrs().items():
            if name in states and not states[name].isup:  # an alias such as eth0:1 has no state
                continue
            yield from ((name, each.address) for each in addresses if each.family == socket.AF_INET)


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host
