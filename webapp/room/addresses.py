"""By which addresses phones can reach this computer. Nothing is sent to find out.

Each system tells its interfaces in its own way, so three ways are put together: the route that the system
would take to the internet, the names that it gives itself, and, except on Windows, its interfaces one by one.
"""

import contextlib
import ipaddress
import re
import socket
import struct
import sys
from collections.abc import Iterator
from urllib.parse import urlsplit

from webapp.errors import SettingError

# An address outside, kept for documentation: connecting a UDP socket chooses a route and sends nothing.
SOMEWHERE = ("203.0.113.1", 9)
INTERFACE_ADDRESS = {"linux": 0x8915, "darwin": 0xC0206921}  # the ioctl SIOCGIFADDR
NAME_LENGTH, REQUEST_LENGTH, ADDRESS_START = 16, 64, 20  # bytes of the ioctl's request
# Networks inside this computer, or a tunnel out of it: no phone is there. macOS's bridge100 is its hotspot.
VIRTUAL = re.compile(
    r"(docker|br-|veth|virbr|vboxnet|vmnet|lxc|lxd|cni|flannel|podman|utun|tun|tap|wg|zt|tailscale|ppp|bridge0$)"
)
PLAIN_HOST = re.compile(r"[a-zA-Z0-9]([a-zA-Z0-9.-]*[a-zA-Z0-9])?")


def find_addresses() -> list[str]:
    """Return this computer's IPv4 addresses, that of the way to the internet first, virtual ones last.

    Empty where there is no network.
    """
    found = dict.fromkeys((*_route_address(), *_name_addresses()), "")
    found |= {address: name for name, address in _interface_addresses()}
    first = next(_route_address(), None)
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


def _route_address() -> Iterator[str]:
    with contextlib.suppress(OSError), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asking:
        asking.connect(SOMEWHERE)
        yield asking.getsockname()[0]


def _name_addresses() -> Iterator[str]:
    # Windows tells all its addresses under its own name; elsewhere the name may lead to 127.0.1.1 or nowhere.
    if sys.platform == "win32":
        with contextlib.suppress(OSError):
            yield from socket.gethostbyname_ex(socket.gethostname())[2]


def _interface_addresses() -> Iterator[tuple[str, str]]:
    """Yield (name of the interface, its address)."""
    if sys.platform not in INTERFACE_ADDRESS:
        return
    import fcntl  # does not exist on Windows

    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asking:
        for _, name in socket.if_nameindex():
            request = struct.pack(f"{REQUEST_LENGTH}s", name.encode()[: NAME_LENGTH - 1])
            with contextlib.suppress(OSError):  # an interface without an IPv4 address
                answer = fcntl.ioctl(asking, INTERFACE_ADDRESS[sys.platform], request)
                yield name, socket.inet_ntoa(answer[ADDRESS_START : ADDRESS_START + 4])
