"""Middleware against DNS rebinding: accept only the host names of this server.

Another site may make its own name resolve to 127.0.0.1 or to a laptop's address, and so send requests to this
server from its pages. That needs a public name. A server in a venue, whose names are not known beforehand,
accepts addresses and names that exist in local networks only.
"""

import ipaddress
import re
import socket
from collections.abc import Mapping
from urllib.parse import urlsplit

from starlette.types import ASGIApp, Receive, Scope, Send

from webapp.errors import BadRequest
from webapp.server.http import find_header, send_error
from webapp.settings import ANY_ADDRESSES, LOOPBACK

HOST_AND_PORT = re.compile(r"(\[[^\]]*\]|[^:]*)(?::\d*)?")
# Attackers cannot register names with these endings. RFC 6762, RFC 8375 and ICANN reserve .local, .home.arpa
# and .internal for local networks. The DNS has no .home, .lan and .localdomain, which only routers resolve,
# and fritz.box belongs to the maker of these routers. Other names in .box are for sale.
LOCAL_ENDINGS = (".local", ".home.arpa", ".internal", ".home", ".lan", ".localdomain", ".fritz.box")
LOOPBACK_ENDING = ".localhost"  # always this computer (RFC 6761)


class TrustedHosts:
    """Check the Host header of each request.

    Args:
        named: the setting `trusted_hosts`. If it is empty, all local names are accepted if the server is open
            to the network, and any name behind a proxy. Except behind a proxy, the names of this computer,
            HOST and PUBLIC_ADDRESS are always accepted, and all addresses if the server is open.
        config: the other settings.
    """

    def __init__(self, app: ASGIApp, named: tuple[str, ...], config: Mapping):
        self._app = app
        has_proxy = bool(config["TRUSTED_PROXIES"])
        host = config["HOST"] if config["HOST"] not in ANY_ADDRESSES else None
        own = () if has_proxy else (*LOOPBACK, host, _host_of(config["PUBLIC_ADDRESS"]))
        self._names = frozenset(_normalized(name) for name in (*named, *own) if name)
        self._endings = () if has_proxy else (LOOPBACK_ENDING,)
        self._allows_addresses = config["LAN"] and not has_proxy
        self._allows_local = config["LAN"] and not named
        self._allows_any = has_proxy and not named

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and not self._allows_any:
            try:
                self.check(find_header(scope, b"host"))
            except BadRequest as error:
                return await send_error(error, scope, send)
        return await self._app(scope, receive, send)

    def check(self, header: str) -> None:
        """Raise BadRequest unless a Host header is an accepted name, with any port."""
        name = host_name(header)
        if not self._is_accepted(name):
            raise BadRequest(
                f"expected {self._expectation()}, received {name[:60]!r}; see --trusted-hosts",
                "Inkwise does not answer to the name in the address bar. Open the address that the wall or "
                "the terminal shows. To allow this name, see --trusted-hosts.",
            )

    def _is_accepted(self, name: str) -> bool:
        return (
            name in self._names
            or name.endswith(self._endings)
            or (self._allows_addresses and _is_address(name))
            or (self._allows_local and _is_local(name))
        )

    def _expectation(self) -> str:
        kinds = {
            "an address": self._allows_addresses,
            "a local name": self._allows_local,
            f"a host among {', '.join(sorted(self._names))}": True,
        }
        return " or ".join(kind for kind, is_allowed in kinds.items() if is_allowed)


def host_name(header: str) -> str:
    """Return the name in a Host header without port and brackets, normalized; "" if malformed."""
    match = HOST_AND_PORT.fullmatch(header)
    return _normalized(match[1].strip("[]")) if match else ""


def _normalized(name: str) -> str:
    """Return a name in lower case, without the dot of the root that a fully qualified name may end with."""
    return name.lower().removesuffix(".")


def _is_address(name: str) -> bool:
    """Return whether `name` is an IP address, which DNS rebinding cannot use."""
    try:
        return bool(ipaddress.ip_address(name))
    except ValueError:
        return False


def _is_local(name: str) -> bool:
    """Return whether `name` is this computer's or one of a local network only."""
    # Of names without a dot only this computer's own: some top-level domains are hosts, such as `ai`.
    return name == own_name() or name.endswith(LOCAL_ENDINGS)


def own_name() -> str:
    """Return this computer's name without a domain, normalized."""
    return _normalized(socket.gethostname().partition(".")[0])


def _host_of(public: str) -> str | None:
    return urlsplit(public if "://" in public else f"//{public}").hostname
