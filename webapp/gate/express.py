"""The shortest way from 784 bytes to an answer: what a page asks for with every movement of the pen.

It gives what the route /api/predict gives (webapp/routes/api.py), without the third of a millisecond that a
request's way through Flask takes. Whatever is unusual about a request is left to that route.
"""

from collections.abc import Callable
from json import JSONEncoder

from webapp.crowd import PREDICTION
from webapp.gate.asker import asker_of
from webapp.gate.notes import ROUTE
from webapp.ink.pixels import PIXELS, bitmap_from_bytes
from webapp.nets.network import Answer
from webapp.nets.predictor import Predictor
from webapp.nets.store import ModelStore

MODEL = "model="

_encode = JSONEncoder(separators=(",", ":")).encode


class Express:
    """Answers the usual requests for a prediction, and returns None for all others."""

    def __init__(self, store: ModelStore, predictor: Predictor):
        self._store = store
        self._predictor = predictor

    def __call__(self, environ: dict, start_response: Callable) -> list[bytes] | None:
        """Raises BadRequest, Busy, WarmingUp or ModelError, as the route does."""
        name = self._model(environ)
        if name is None:
            return None
        environ[ROUTE] = PREDICTION
        network = self._store.network(name)
        bitmap = bitmap_from_bytes(environ["wsgi.input"].read(PIXELS))
        answer = self._predictor.ask([network], bitmap, asker_of(environ))[0]
        content = _encode(prediction(name, answer)).encode("ascii")
        headers = [("Content-Type", "application/json"), ("Content-Length", str(len(content)))]
        start_response("200 OK", headers)
        return [content]

    def _model(self, environ: dict) -> str | None:
        """Return the name of the model that is asked, or None where this is not the usual request."""
        if (
            environ["PATH_INFO"] != PREDICTION
            or environ["REQUEST_METHOD"] != "POST"
            or environ.get("CONTENT_TYPE") != "application/octet-stream"
            or environ.get("CONTENT_LENGTH") != str(PIXELS)
        ):
            return None
        query = environ.get("QUERY_STRING", "")
        if not query:
            return self._store.default
        name = query.removeprefix(MODEL)
        return name if query.startswith(MODEL) and self._store.knows(name) else None


def prediction(name: str, answer: Answer) -> dict:
    """Return the JSON value in which the model `name` tells its answer."""
    return {
        "model": name,
        "digit": answer.digit,
        "probabilities": answer.probabilities.tolist(),
        "is_digit": answer.is_digit,
    }
