"""Who may use the lab: the presenter, and everybody at this computer itself."""

from flask import current_app, request

from webapp.errors import NotPresenter
from webapp.routes.room.current import is_presenter
from webapp.server.resources import is_this_computer


def check_access() -> None:
    """Raise NotPresenter unless the request may use the lab."""
    is_local = is_this_computer(current_app.config, request.remote_addr or "", request.headers)
    if not is_local and not is_presenter():
        raise NotPresenter("expected the presenter or this computer itself, received another client")
