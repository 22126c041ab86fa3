"""What the descriptions of the room's routes share."""

from webapp.routes.describe import fails
from webapp.routes.room.schemas import REVISION, UUID

ID_PARAMETER = {"name": "drawing_id", "in": "path", "required": True, "schema": UUID}
SINCE_PARAMETER = {
    "name": "since",
    "in": "query",
    "description": "the revision of the last answer",
    "schema": REVISION | {"minimum": 0},
}
UNCHANGED = {304: {"description": "Nothing has changed since the answer of If-None-Match"}}

REASONS = {
    400: "The request cannot be read",
    401: "Not joined, or not in this room",
    403: "Not the presenter",
    404: "No such drawing, or not one that is shown",
    409: "The round is none of this room's",
    410: "The drawing has been deleted",
    413: "More than a digit can need",
    415: "Another Content-Type",
    503: "Not stored, busy or warming up: come back after Retry-After seconds",
}


def failures(*statuses: int) -> dict[int, dict]:
    """Return the response objects of usual failures."""
    return {status: fails(REASONS[status]) for status in statuses}


def takes_json(schema: dict, required: bool = True) -> dict:
    """Return a request body object for JSON."""
    return {"required": required, "content": {"application/json": {"schema": schema}}}
