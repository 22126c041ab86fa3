"""From a request's body to a bitmap, or to a sentence that says what is wrong with it."""

import json
from typing import NoReturn

import numpy as np
from flask import Request

from webapp.errors import BadRequest, UnsupportedMediaType
from webapp.ink.bitmap import to_bitmap
from webapp.ink.pixels import bitmap_from_bytes, bitmap_from_list
from webapp.ink.strokes import parse_strokes

BYTES, JSON = "application/octet-stream", "application/json"


def read_bitmap(request: Request) -> np.ndarray:
    """Return uint8 (28, 28) from 784 bytes, {"bitmap": ...} or {"strokes": ...}.

    Raises:
        BadRequest, BadBitmap, BadInk, EmptyInk: the body cannot be read, or there is no ink in it.
        TooLarge: more points than a digit can need.
        UnsupportedMediaType: another Content-Type.
    """
    if request.mimetype == BYTES:
        return bitmap_from_bytes(request.get_data())
    if request.mimetype != JSON:
        raise UnsupportedMediaType(
            f"expected {BYTES} or {JSON}, received {request.mimetype[:60] or 'no Content-Type'}"
        )
    try:
        return _bitmap_from_json(read_json(request))
    except RecursionError:
        raise BadRequest("expected a bitmap or strokes, received JSON that is nested too deeply") from None


def _bitmap_from_json(value: object) -> np.ndarray:
    if not isinstance(value, dict):
        raise BadRequest(f"expected an object with bitmap or strokes, received {type(value).__name__}")
    found = [key for key in ("bitmap", "strokes") if key in value]
    if len(found) != 1:
        raise BadRequest(f"expected one of bitmap and strokes, received {' and '.join(found) or 'neither'}")
    if "bitmap" in value:
        return bitmap_from_list(value["bitmap"])
    return to_bitmap(parse_strokes(value["strokes"]))


def read_json(request: Request) -> object:
    """Return the JSON of the body. Raises BadRequest where it is none, or not in UTF-8."""
    charset = request.mimetype_params.get("charset", "utf-8")
    if charset.lower() not in ("utf-8", "utf8"):
        raise BadRequest(f"expected JSON in UTF-8, received charset {charset[:40]!r}")
    try:
        return json.loads(request.get_data().decode("utf-8"), parse_constant=_refuse_constant)
    except UnicodeDecodeError as error:
        raise BadRequest(f"expected JSON in UTF-8, received another byte at {error.start}") from None
    except json.JSONDecodeError as error:
        raise BadRequest(f"expected JSON, received: {error.msg} at character {error.pos}") from None
    except ValueError:  # Python refuses to read whole numbers of more than 4,300 digits
        raise BadRequest("expected numbers of a usual size, received one of thousands of digits") from None


def _refuse_constant(name: str) -> NoReturn:
    raise BadRequest(f"expected finite numbers, received {name}")
