"""Decide which clients may see the join code: this computer, the presenter, those with the wall's link.

The code keeps passers-by out of the room. It would keep no one out if every page showed it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from starlette.types import Scope
from werkzeug.datastructures import Headers

from webapp.server.http import MAX_COOKIE, PRESENTER, WALL, read_cookie
from webapp.server.resources import PROXY_HEADERS


@dataclass(frozen=True)
class CodeCookies:
    """The cookies of a request that may entitle it to the code, "" for none."""

    presenter: str
    wall: str


class CodeAccess:
    """The clients that may see the join code.

    Args:
        config: the settings.
        is_own_address: returns whether an IP address is this computer's.
        is_presenter: returns whether a cookie is the presenter's; may query the database.
        is_wall: the same for the cookie of the wall's link.
    """

    def __init__(
        self,
        config: Mapping,
        is_own_address: Callable[[str], bool],
        is_presenter: Callable[[str], bool],
        is_wall: Callable[[str], bool],
    ):
        self._config = config
        self._is_own_address = is_own_address
        self._is_presenter = is_presenter
        self._is_wall = is_wall

    def is_allowed(self, address: str, headers: Mapping[str, str] | Headers, cookies: CodeCookies) -> bool:
        """Return whether a client may see the code.

        Args:
            address: of the client.
            headers: of the request.
        """
        # Behind a proxy, also one that is not configured, every client may seem to be on this computer.
        is_direct = not self._config["TRUSTED_PROXIES"] and not any(name in headers for name in PROXY_HEADERS)
        if is_direct and self._is_own_address(address):
            return True
        if _is_usable(cookies.presenter) and self._is_presenter(cookies.presenter):
            return True
        return _is_usable(cookies.wall) and self._is_wall(cookies.wall)

    def is_scope_allowed(self, scope: Scope) -> bool:
        """Return whether the client of an ASGI request may see the code."""
        address = scope["client"][0] if scope.get("client") else ""
        headers = Headers(
            [(name.decode("latin-1"), value.decode("latin-1")) for name, value in scope["headers"]]
        )
        cookies = CodeCookies(read_cookie(scope, PRESENTER), read_cookie(scope, WALL))
        return self.is_allowed(address, headers, cookies)


def _is_usable(cookie: str) -> bool:
    return 0 < len(cookie) <= MAX_COOKIE
