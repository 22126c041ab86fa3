"""Answer only to the names this server is known by, so that no other site's name can be pointed at it.

A page of another site may make its own name mean 127.0.0.1, or the address of a laptop in a venue, and so
talk to this server as if it were that site's own (DNS rebinding). That needs a name that can be bought: not
an address, and no name that exists in local networks only. So a server for a venue, whose names are not
known beforehand, answers to all of those.
"""

import ipaddress
import re
from collections.abc import Mapping
from urllib.parse import urlsplit

from webapp.errors import BadRequest
from webapp.settings import LOOPBACK

NAME_AND_PORT = re.compile(r"(\[[^\]]*\]|[^:]*)(?::\d*)?")
# Endings that nobody can register: RFC 6762, RFC 8375, ICANN's choice for private use, and routers' custom.
LOCAL_ENDINGS = (".local", ".home.arpa", ".internal", ".lan")


class Hosts:
    """The names that one server answers to.

    Args:
        config: the settings. TRUSTED_HOSTS says the names; without it PUBLIC_ADDRESS and, where the network
            is listened to, all that is local. This computer's own are always among them, unless a proxy
            stands in front; a proxy without TRUSTED_HOSTS passes on any name.
    """

    def __init__(self, config: Mapping):
        named, public = config["TRUSTED_HOSTS"], _host_of(config["PUBLIC_ADDRESS"])
        own = () if config["PROXIES"] else (*LOOPBACK, public)
        self._names = frozenset(name.lower() for name in (*named, *own) if name)
        self._takes_local = config["LAN"] and not named
        self.takes_any = bool(config["PROXIES"]) and not named

    def check(self, environ: dict) -> None:
        """Raise BadRequest unless the request's Host header holds a name to answer to, with any port."""
        match = NAME_AND_PORT.fullmatch(environ.get("HTTP_HOST", ""))
        name = match[1].strip("[]").lower() if match else ""
        if name not in self._names and not (self._takes_local and _is_local(name)):
            expected = "a local name or " if self._takes_local else ""
            raise BadRequest(
                f"expected {expected}a host among {', '.join(sorted(self._names))}, "
                f"received {name[:60]!r}; see --trusted-hosts"
            )


def _is_local(name: str) -> bool:
    """Return whether nobody can own `name` outside the local network."""
    try:
        return bool(ipaddress.ip_address(name))
    except ValueError:
        return bool(name) and ("." not in name or name.endswith(LOCAL_ENDINGS))


def _host_of(public: str) -> str | None:
    return urlsplit(public if "://" in public else f"//{public}").hostname
