"""Parse requests: bitmaps, JSON objects and query parameters, with a clear error for malformed ones."""

import re

import numpy as np
from flask import Request

from webapp.errors import BadRequest, UnsupportedMediaType
from webapp.ink.bitmap import to_bitmap
from webapp.ink.normalization import normalize
from webapp.ink.parsing import bitmap_from_bytes, bitmap_from_list, parse_json, parse_strokes

BYTES, JSON = "application/octet-stream", "application/json"
NUMBER = re.compile(r"[0-9]{1,9}(\.[0-9]{0,20})?(e-?[0-9]{1,2})?", re.IGNORECASE)  # decimal, not negative


def read_bitmap(request: Request) -> tuple[np.ndarray, dict]:
    """Return uint8 (28, 28) of 784 bytes, {"bitmap": [784]} or {"strokes": ...}; and fields of the response.

    A bitmap in JSON is put into MNIST's frame unless the query says normalize=no, one in bytes if it says
    normalize=yes. If that changed the bitmap, the fields are {"normalized": {"inverted", "moved"}}.

    Raises:
        BadRequest, BadBitmap, BadInk, EmptyInk: malformed, or no ink.
        TooLarge: too many points.
        UnsupportedMediaType: another Content-Type.
    """
    wanted = _query_choice(request, "normalize", ("yes", "no"))
    if request.mimetype == BYTES:
        return _normalized(bitmap_from_bytes(request.get_data()), wanted == "yes")
    if request.mimetype != JSON:
        raise unsupported(request, f"{BYTES} or {JSON}")
    value = read_json(request)
    if not isinstance(value, dict):
        raise BadRequest(f"expected an object with bitmap or strokes, received {type(value).__name__}")
    found = [key for key in ("bitmap", "strokes") if key in value]
    if len(found) != 1:
        raise BadRequest(f"expected one of bitmap and strokes, received {' and '.join(found) or 'neither'}")
    if "bitmap" in value:
        return _normalized(bitmap_from_list(value["bitmap"]), wanted != "no")
    return to_bitmap(parse_strokes(value["strokes"])), {}


def _normalized(bitmap: np.ndarray, is_wanted: bool) -> tuple[np.ndarray, dict]:
    if not is_wanted:
        return bitmap, {}
    result = normalize(bitmap)
    if not (result.inverted or result.moved):
        return bitmap, {}
    return result.bitmap, {"normalized": {"inverted": result.inverted, "moved": result.moved}}


def read_object(request: Request, optional: bool = False) -> dict:
    """Return the JSON object in the body.

    Args:
        optional: accept an empty body as an empty object.

    Raises:
        BadRequest: not a JSON object.
        UnsupportedMediaType: another Content-Type.
    """
    if optional and not request.get_data():
        return {}
    if request.mimetype != JSON:
        raise unsupported(request, JSON)
    value = read_json(request)
    if not isinstance(value, dict):
        raise BadRequest(f"expected a JSON object, received {type(value).__name__}")
    return value


def read_json(request: Request) -> object:
    """Return the JSON value in the body. Raises BadRequest if it is malformed or not in UTF-8."""
    charset = request.mimetype_params.get("charset", "utf-8")
    if charset.lower() not in ("utf-8", "utf8"):
        raise BadRequest(f"expected JSON in UTF-8, received charset {charset[:40]!r}")
    return parse_json(request.get_data())


def query_int(request: Request, name: str, most: int, least: int = 0) -> int | None:
    """Return an integer query parameter from `least` to `most`, or None if it is missing or empty.

    Raises:
        BadRequest: anything else.
    """
    text = request.args.get(name)
    if not text:
        return None
    is_number = text.isascii() and text.isdigit() and len(text) <= len(str(most))
    if not is_number or not least <= int(text) <= most:
        expected = f"a whole number from {least:,} to {most:,}"
        message = f"expected {name} as {expected}, received {text[:40]!r}"
        raise BadRequest(message, f"A number in this address is not valid: {name}. Check the address.")
    return int(text)


def query_number(request: Request, name: str, most: float, default: float) -> float:
    """Return a query parameter above 0 and at most `most`, or `default` if it is missing or empty.

    Raises:
        BadRequest: anything else, such as 0, nan and infinity.
    """
    text = request.args.get(name)
    if not text:
        return default
    value = float(text) if NUMBER.fullmatch(text) else 0.0
    if not 0 < value <= most:
        message = f"expected {name} as a number above 0 and at most {most:g}, received {text[:40]!r}"
        raise BadRequest(message, f"A number in this address is not valid: {name}. Check the address.")
    return value


def _query_choice(request: Request, name: str, choices: tuple[str, ...]) -> str | None:
    """Return a query parameter that is one of `choices`, or None. Raises BadRequest for another one."""
    value = request.args.get(name)
    if value is not None and value not in choices:
        raise BadRequest(f"expected {name} as {' or '.join(choices)}, received {value[:40]!r}")
    return value


def unsupported(request: Request, expected: str) -> UnsupportedMediaType:
    """Return the error for a Content-Type that a route does not accept."""
    return UnsupportedMediaType(f"expected {expected}, received {request.mimetype[:60] or 'no Content-Type'}")
