"""Middleware: answer only to the host names of this server, against DNS rebinding.

A page of another site may make its own name resolve to 127.0.0.1, or to a laptop's address in a venue, and so
talk to this server as if it were that site's own. That needs a name that can be bought: not an address, and
no name that exists in local networks only. A server for a venue, whose names are not known beforehand,
answers to all of those.
"""

import ipaddress
import re
from collections.abc import Mapping
from urllib.parse import urlsplit

from starlette.types import ASGIApp, Receive, Scope, Send

from webapp.errors import BadRequest
from webapp.server.responses import find_header, send_error
from webapp.settings import LOOPBACK

HOST_AND_PORT = re.compile(r"(\[[^\]]*\]|[^:]*)(?::\d*)?")
# Endings that cannot be registered: RFC 6762, RFC 8375, ICANN's choice for private use, and those of routers.
LOCAL_ENDINGS = (".local", ".home.arpa", ".internal", ".lan")


class TrustedHosts:
    """Check the Host header of each request.

    Args:
        named: the setting `trusted_hosts`. Where it is empty, PUBLIC_ADDRESS counts and, where the server
            listens to the network, all local names. This computer's own names are always among them, unless a
            proxy stands in front; behind a proxy any name passes where none is named.
        config: the other settings.
    """

    def __init__(self, app: ASGIApp, named: tuple[str, ...], config: Mapping):
        self._app = app
        has_proxy = bool(config["TRUSTED_PROXIES"])
        own = () if has_proxy else (*LOOPBACK, _host_of(config["PUBLIC_ADDRESS"]))
        self._names = frozenset(name.lower() for name in (*named, *own) if name)
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
        """Raise BadRequest unless a Host header holds one of the names, with any port."""
        name = host_name(header)
        if name not in self._names and not (self._allows_local and _is_local(name)):
            expected = "a local name or " if self._allows_local else ""
            raise BadRequest(
                f"expected {expected}a host among {', '.join(sorted(self._names))}, "
                f"received {name[:60]!r}; see --trusted-hosts"
            )


def host_name(header: str) -> str:
    """Return the name in a Host header, in lower case and without port and brackets; empty if malformed."""
    match = HOST_AND_PORT.fullmatch(header)
    return match[1].strip("[]").lower() if match else ""


def _is_local(name: str) -> bool:
    """Return whether `name` is an address, or a name that cannot be owned outside a local network."""
    try:
        return bool(ipaddress.ip_address(name))
    except ValueError:
        return bool(name) and ("." not in name or name.endswith(LOCAL_ENDINGS))


def _host_of(public: str) -> str | None:
    return urlsplit(public if "://" in public else f"//{public}").hostname
