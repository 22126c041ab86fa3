"""Let a request in or turn it away, and watch what becomes of it."""

import contextlib
import time
from collections.abc import Callable, Iterable

from webapp.errors import InkwiseError
from webapp.gate.headers import add_headers
from webapp.gate.notes import REFUSAL

PART, MOST_DISCARDED = 65_536, 32_000_000  # bytes
Check = Callable[[dict], None]  # raises InkwiseError


class Gate:
    """A WSGI application around another.

    Args:
        routes: answers what was let in. It also words the refusals: it finds them in `environ`.
        checks: each raises the error with which a request is to be refused.
        express: answers some requests itself, and returns None for all others.
        measure: is told of each answer: `environ`, status, seconds until it began, headers.
    """

    def __init__(self, routes: Callable, checks: list[Check], express: Callable, measure: Callable):
        self._routes = routes
        self._checks = checks
        self._express = express
        self._measure = measure

    def __call__(self, environ: dict, start_response: Callable) -> Iterable[bytes]:
        begun = time.perf_counter()

        def start(status: str, headers: list[tuple[str, str]], exc_info=None):
            add_headers(environ["PATH_INFO"], headers)
            self._measure(environ, int(status[:3]), time.perf_counter() - begun, headers)
            return start_response(status, headers, exc_info)

        try:
            for check in self._checks:
                check(environ)
            answer = self._express(environ, start)
        except InkwiseError as error:
            environ[REFUSAL], answer = error, None
        if answer is None:
            answer = self._routes(environ, start)
            _read_rest(environ)
        return answer


def _read_rest(environ: dict) -> None:
    """Read what a route has left unread of a body, before the answer is sent.

    Otherwise the connection is cut while a proxy is still sending, and what it hears is that, not the answer.
    """
    if not environ.get("CONTENT_LENGTH") and "HTTP_TRANSFER_ENCODING" not in environ:
        return
    left = MOST_DISCARDED
    with contextlib.suppress(OSError):  # whoever sends has gone
        while left > 0 and (part := environ["wsgi.input"].read(min(left, PART))):
            left -= len(part)
