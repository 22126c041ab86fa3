"""Refuse what a page of another site asks for in the name of whoever looks at it.

A browser names the site of the page in Origin with every request that is neither GET nor HEAD, also on plain
http, where Sec-Fetch-Site does not exist. Programs send no Origin and have no visitor's cookie to misuse.
The rule knows no exceptions: predictions change nothing, but another site's page could have a room full
of browsers ask for them.
"""

from urllib.parse import urlsplit

from webapp.errors import WrongOrigin

SAFE_METHODS = {"GET", "HEAD", "OPTIONS", "TRACE"}  # of RFC 9110: they change nothing
DEFAULT_PORTS = {"http": ":80", "https": ":443"}


def check_origin(environ: dict) -> None:
    """Raise WrongOrigin where a browser says that the page which asks came from another host or port."""
    origin = environ.get("HTTP_ORIGIN")
    if origin is None or environ["REQUEST_METHOD"] in SAFE_METHODS:
        return
    host = environ.get("HTTP_HOST", "").lower()
    if not host or host not in _hosts_of(origin):
        raise WrongOrigin(f"expected a page of {host[:60]!r} to ask, received one of {origin[:60]!r}")


def _hosts_of(origin: str) -> tuple[str, ...]:
    """Return how the Host header may name what `origin` names; nothing for `null` and nonsense."""
    try:
        parts = urlsplit(origin.lower())
    except ValueError:
        return ()
    if parts.scheme not in DEFAULT_PORTS or origin.lower() != f"{parts.scheme}://{parts.netloc}":
        return ()
    return (parts.netloc, parts.netloc + DEFAULT_PORTS[parts.scheme])
