"""How a route says what it takes and gives; openapi.py collects it."""

from collections.abc import Callable
from dataclasses import dataclass, field

SMALL_BODY = 128_000  # bytes; names, votes and wishes are far smaller


@dataclass(frozen=True)
class Description:
    """What a route does, in the words of OpenAPI 3.1."""

    summary: str
    answers: dict[int, dict]  # status -> response object
    parameters: list[dict] = field(default_factory=list)
    body: dict | None = None
    takes_ink: bool = False  # then a body may be as large as the setting MAX_BODY, else SMALL_BODY


def describe(summary: str, **parts) -> Callable:
    """Attach a Description to a route's function."""

    def attach(function: Callable) -> Callable:
        function.description = Description(summary, **parts)
        return function

    return attach


def gives_json(description: str, schema: dict) -> dict:
    """Return a response object for a JSON answer."""
    return {"description": description, "content": {"application/json": {"schema": schema}}}


def gives_page(description: str) -> dict:
    """Return a response object for a page."""
    return {"description": description, "content": {"text/html": {"schema": {"type": "string"}}}}


def fails(description: str) -> dict:
    """Return a response object for the one JSON error shape."""
    return gives_json(description, {"$ref": "#/components/schemas/Error"})
