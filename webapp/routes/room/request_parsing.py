"""What is asked: parameters of an address and the JSON object of a body, or what is wrong with them."""

from flask import Request

from webapp.errors import BadRequest, UnsupportedMediaType
from webapp.routes.request_parsing import JSON, read_json

MOST_REVISION = 10**15


def read_object(request: Request, optional: bool = False) -> dict:
    """Return the JSON object of the body; an empty one where there is no body and that is fine.

    Raises:
        BadRequest: there is no JSON object.
        UnsupportedMediaType: another Content-Type.
    """
    if optional and not request.get_data():
        return {}
    if request.mimetype != JSON:
        raise UnsupportedMediaType(f"expected {JSON}, received {request.mimetype[:60] or 'no Content-Type'}")
    try:
        value = read_json(request)
    except RecursionError:
        raise BadRequest("expected a JSON object, received JSON that is nested too deeply") from None
    if not isinstance(value, dict):
        raise BadRequest(f"expected a JSON object, received {type(value).__name__}")
    return value


def query_number(request: Request, name: str, most: int = MOST_REVISION, least: int = 0) -> int | None:
    """Return a whole number of the query, `least` to `most`; None where it is left out. Raises BadRequest."""
    text = request.args.get(name)
    if text is None:
        return None
    is_number = text.isascii() and text.isdigit() and len(text) <= len(str(most))
    if not is_number or not least <= int(text) <= most:
        expected = f"a whole number from {least:,} to {most:,}"
        raise BadRequest(f"expected {name} as {expected}, received {text[:40]!r}")
    return int(text)
