"""Find the addresses at which phones can reach this computer. Nothing is sent to find out."""

import contextlib
import ipaddress
import re
import socket
from collections.abc import Iterator
from urllib.parse import urlsplit

import psutil

from webapp.errors import SettingError

# An address outside, kept for documentation: connecting a UDP socket chooses a route and sends nothing.
SOMEWHERE = ("203.0.113.1", 9)
# Networks inside this computer, or a tunnel out of it: no phone is there. macOS's bridge100 is its hotspot.
VIRTUAL = re.compile(
    r"(docker|br-|veth|virbr|virtualbox|vboxnet|vmnet|vmware|lxc|lxd|cni|flannel|podman|utun|tun|tap|wg|zt|"
    r"tailscale|ppp|bridge0$)",
    re.IGNORECASE,  # Windows has names such as "vEthernet (WSL)"
)
PLAIN_HOST = re.compile(r"[a-zA-Z0-9]([a-zA-Z0-9.-]*[a-zA-Z0-9])?")


def find_addresses() -> list[str]:
    """Return this computer's IPv4 addresses, that of the way to the internet first, virtual ones last.

    Empty where there is no network.
    """
    first = _route_address()
    found = {first: ""} if first else {}
    found |= {address: name for name, address in _interface_addresses()}
    usable = [address for address in found if _is_usable(address)]
    return sorted(usable, key=lambda address: _rank(address, found[address], first))


def address_of(public: str, port: int) -> str:
    """Return the address that the setting `public` means: a host, a host with a port, or a whole address.

    Raises:
        SettingError: it is none of these.
    """
    parts = _split(public)
    if parts is None:
        raise SettingError(
            "expected a host such as 192.168.1.7 or an address such as https://inkwise.example for "
            f"--public-address, received {public[:60]!r}"
        )
    if "://" in public or parts.port:
        return f"{parts.scheme}://{parts.netloc}"
    return f"http://{parts.netloc}:{port}"


def _split(public: str):
    try:
        parts = urlsplit(public if "://" in public else f"http://{public}")
        parts.port  # noqa: B018 (raises ValueError where it is no number)
    except ValueError:
        return None
    is_plain = parts.scheme in ("http", "https") and PLAIN_HOST.fullmatch(parts.hostname or "")
    surplus = parts.query or parts.fragment or parts.username or parts.path.strip("/")
    return parts if is_plain and not surplus else None


def _rank(address: str, interface: str, first: str | None) -> tuple:
    value = ipaddress.ip_address(address)
    return (
        bool(VIRTUAL.match(interface)),
        value.is_link_local,  # two computers on one cable
        address != first,
        not value.is_private,
        not address.startswith("192.168."),  # what nearly every small network takes, and hotspots too
        int(value),
    )


def _is_usable(address: str) -> bool:
    value = ipaddress.ip_address(address)
    return not (value.is_loopback or value.is_unspecified or value.is_multicast)


def _route_address() -> str | None:
    """Return this computer's address on the way to the internet; None where there is no way."""
    with contextlib.suppress(OSError), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.connect(SOMEWHERE)
        return probe.getsockname()[0]
    return None


def _interface_addresses() -> Iterator[tuple[str, str]]:
    """Yield (name of the interface, its IPv4 address) for every interface that is up."""
    with contextlib.suppress(OSError):
        states = psutil.net_if_stats()
        for name, addresses in psutil.net_if_addrs().items():
            if name in states and not states[name].isup:  # an alias such as eth0:1 has no state of its own
                continue
            yield from ((name, each.address) for each in addresses if each.family == socket.AF_INET)
