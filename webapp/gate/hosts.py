"""Answer only to the names this server is known by, so that no other site's name can be pointed at it.

A page of another site may make its own name mean 127.0.0.1 and so talk to a server that listens to
this computer only (DNS rebinding). In a venue the names are not known beforehand, and a server that
listens to the whole network is open anyway.
"""

import re
from collections.abc import Mapping

from webapp.errors import BadRequest
from webapp.settings import LOOPBACK

NAME_AND_PORT = re.compile(r"(\[[^\]]*\]|[^:]*)(?::\d*)?")


def trusted_names(config: Mapping) -> tuple[str, ...]:
    """Return the names to answer to; none means any."""
    if config["TRUSTED_HOSTS"]:
        return tuple(name.lower() for name in config["TRUSTED_HOSTS"])
    return () if config["LAN"] else LOOPBACK


def check_host(environ: dict, trusted: tuple[str, ...]) -> None:
    """Raise BadRequest unless the request's Host header is one of `trusted`, with any port."""
    match = NAME_AND_PORT.fullmatch(environ.get("HTTP_HOST", ""))
    name = match[1].strip("[]").lower() if match else ""
    if name not in trusted:
        raise BadRequest(
            f"expected a host among {', '.join(trusted)}, received {name[:60]!r}; see --trusted-hosts"
        )
