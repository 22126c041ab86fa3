"""Who may use the lab: the presenter, and everybody at this computer itself; and in which process."""

from flask import current_app, request

from webapp.errors import NotNow, NotPresenter
from webapp.lab.warm_trainer import ELSEWHERE
from webapp.routes.room.current import is_presenter
from webapp.server.resources import is_this_computer


def check_access() -> None:
    """Raise NotPresenter unless the request may use the lab."""
    is_local = is_this_computer(current_app.config, request.remote_addr or "", request.headers)
    if not is_local and not is_presenter():
        raise NotPresenter("expected the presenter or this computer itself, received another client")


def check_process() -> None:
    """Raise NotNow for a request that changes the lab while another process of the room has it."""
    if request.method not in ("GET", "HEAD") and current_app.extensions["lab"].trainer.is_elsewhere:
        check_access()
        raise NotNow("expected the process that has the lab, received a request to another one", ELSEWHERE)
