"""The room, the participant and the presenter of the present request; the cookies of both."""

from flask import current_app, request
from werkzeug.wrappers import Response

from webapp.errors import NotJoined, NotPresenter
from webapp.host.public_url import PublicUrl
from webapp.room.auth import RoomAuth
from webapp.room.participants import Participant
from webapp.room.service import RoomService
from webapp.room.wifi import RoomWifi
from webapp.server.code_access import CodeCookies
from webapp.server.http import MAX_COOKIE, PARTICIPANT, PRESENTER, WALL, cookie_name

COOKIE_AGE = 180 * 24 * 3600  # seconds; a phone that returns is the same participant


def room() -> RoomService:
    """Return the room of this application."""
    return current_app.extensions["room"]


def auth() -> RoomAuth:
    """Return the authentication of this application's room."""
    return current_app.extensions["auth"]


def room_wifi() -> RoomWifi:
    """Return the Wi-Fi of this application's room."""
    return current_app.extensions["wifi"]


def public_url() -> PublicUrl:
    """Return the URLs of this server."""
    return current_app.extensions["public_url"]


def join_info() -> dict:
    """Return the join code, if the client may know it, and the URL of the join page."""
    return public_url().join_info(auth().code, sees_code())


def visible_code() -> str | None:
    """Return the join code for the client; None if none is needed, or if they may not know it."""
    return auth().code if sees_code() else None


def sees_code() -> bool:
    """Return whether the client may know the join code; see code_access.py."""
    cookies = CodeCookies(presenter=_read_cookie(PRESENTER), wall=_read_cookie(WALL))
    return current_app.extensions["code_access"].is_allowed(
        request.remote_addr or "", request.headers, cookies
    )


def participant_secret() -> str:
    """Return the secret in the participant's cookie, or ""."""
    return _read_cookie(PARTICIPANT)


def find_participant() -> Participant | None:
    """Return the participant of the request, or None if they have not joined."""
    secret = participant_secret()
    return room().participant(secret) if secret else None


def participant() -> Participant:
    """Return the participant of the request. Raises NotJoined."""
    found = find_participant()
    if found is None:
        raise NotJoined("expected the cookie of a participant, received none that is known: join first")
    return found


def is_presenter() -> bool:
    """Return whether the request has the presenter's cookie."""
    cookie = _read_cookie(PRESENTER)
    return bool(cookie) and auth().is_presenter(cookie)


def has_presenter_cookie() -> bool:
    """Return whether the request has a presenter's cookie, valid or not.

    Enough to decide which buttons a page shows: it needs no database, and the actions check the cookie.
    """
    return _name(PRESENTER) in request.cookies


def require_presenter() -> None:
    """Raise NotPresenter unless the request has the presenter's cookie."""
    if not is_presenter():
        raise NotPresenter("expected the presenter, received a request without the presenter's cookie")


def set_cookie(response: Response, kind: str, value: str) -> None:
    """Set a cookie that scripts and other sites cannot read, for the pages below the base path.

    Args:
        kind: PARTICIPANT or PRESENTER.
    """
    path = request.script_root or "/"
    response.set_cookie(
        _name(kind), value, COOKIE_AGE, path=path, secure=request.is_secure, httponly=True, samesite="Strict"
    )


def _read_cookie(kind: str) -> str:
    """Return the value of this server's cookie of a kind, or ""."""
    value = request.cookies.get(_name(kind), "")
    return value if len(value) <= MAX_COOKIE else ""


def _name(kind: str) -> str:
    return cookie_name(kind, request.headers.get("Host", ""), request.script_root)
