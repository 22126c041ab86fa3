"""The cookies of the room: their names, and how the server reads one without Flask."""

from starlette.types import Scope
from werkzeug.http import parse_cookie

from webapp.server.responses import find_header

PARTICIPANT, PRESENTER = "inkwise_participant", "inkwise_presenter"
LONGEST = 200  # characters; a longer value counts as none


def read_cookie(scope: Scope, name: str) -> str:
    """Return a cookie's value, empty where there is none.

    werkzeug reads it, as it does for Flask: two spellings of one value are one value for both.
    """
    value = parse_cookie(find_header(scope, b"cookie")).get(name, "")
    return value if len(value) <= LONGEST else ""
