"""Who asks: a participant, the presenter, or anyone. The one place that reads and sets their cookies."""

from flask import Response, current_app, request

from webapp.errors import NotJoined, NotPresenter
from webapp.room.auth import RoomAuth
from webapp.room.participants import Participant
from webapp.room.service import Room
from webapp.server.cookies import LONGEST, PARTICIPANT, PRESENTER

COOKIE_AGE = 180 * 24 * 3600  # seconds; a phone that comes back is the same participant


def room() -> Room:
    """Return the room of this application."""
    return current_app.extensions["room"]


def auth() -> RoomAuth:
    """Return the ways into the room."""
    return current_app.extensions["auth"]


def participant_secret() -> str:
    """Return the secret in the participant's cookie, "" where there is none."""
    secret = request.cookies.get(PARTICIPANT, "")
    return secret if len(secret) <= LONGEST else ""


def find_participant() -> Participant | None:
    """Return who asks, or None where they have not joined."""
    secret = participant_secret()
    return room().participant(secret) if secret else None


def participant() -> Participant:
    """Return who asks. Raises NotJoined."""
    found = find_participant()
    if found is None:
        raise NotJoined("expected the cookie of a participant, received none that is known: join first")
    return found


def is_presenter() -> bool:
    """Return whether the presenter asks."""
    cookie = request.cookies.get(PRESENTER, "")
    return 0 < len(cookie) <= LONGEST and auth().is_presenter(cookie)


def may_be_presenter() -> bool:
    """Return whether a presenter's cookie came, be it right or not.

    Enough to choose what a page offers: it asks no database, and what is pressed there is checked.
    """
    return PRESENTER in request.cookies


def require_presenter() -> None:
    """Raise NotPresenter unless the presenter asks."""
    if not is_presenter():
        raise NotPresenter("expected the presenter, received a request without the presenter's cookie")


def set_cookie(response: Response, name: str, value: str) -> None:
    """Give a cookie to the browser that no script and no other site gets to see."""
    response.set_cookie(
        name, value, COOKIE_AGE, path="/", secure=request.is_secure, httponly=True, samesite="Strict"
    )
