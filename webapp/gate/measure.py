"""Note every answer: the route's template, never an address, and nothing of who asked."""

import logging

from webapp.crowd import PREDICTION
from webapp.gate.notes import CODE, ROUTE
from webapp.watch.logs import tell
from webapp.watch.watch import Watch

NO_ROUTE = "none"  # the template of addresses that do not exist

logger = logging.getLogger(__name__)


class Measure:
    """Tells a Watch of every answer. It takes some microseconds and no more."""

    def __init__(self, watch: Watch):
        self._watch = watch

    def __call__(self, environ: dict, status: int, seconds: float, headers: list[tuple[str, str]]) -> None:
        """Note an answer that began `seconds` after the request was read."""
        route, method = environ.get(ROUTE, NO_ROUTE), environ["REQUEST_METHOD"]
        self._watch.note_request(route, method, status, seconds)
        if status >= 400:
            if CODE in environ:  # /readyz says 503 without an error
                self._watch.note_refusal(environ[CODE], status)
        elif route == PREDICTION:
            self._watch.note_prediction(seconds)
        if logger.isEnabledFor(logging.INFO):
            fields = {"method": method[:20], "route": route, "status": status}
            if CODE in environ:
                fields["code"] = environ[CODE]
            size = next((int(value) for name, value in headers if name == "Content-Length"), None)
            tell(logger, "request", **fields, ms=round(1000 * seconds, 2), bytes=size)
