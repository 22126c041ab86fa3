"""Descriptions of routes for the OpenAPI document, attached to the view functions."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

SMALL_BODY = 128_000  # bytes, for bodies without ink


@dataclass(frozen=True)
class Description:
    """The parts of an OpenAPI 3.1 operation object, and the limit of the body."""

    summary: str
    answers: dict[int, dict]  # status -> response object
    parameters: list[dict] = field(default_factory=list)
    body: dict | None = None
    takes_ink: bool = False  # the body may be as large as the setting MAX_BODY, else SMALL_BODY


def describe(summary: str, **parts: Any) -> Callable:
    """Return a decorator that attaches a Description to a view function."""

    def attach(function: Callable) -> Callable:
        setattr(function, "description", Description(summary, **parts))  # noqa: B010
        return function

    return attach


def described(function: Callable) -> Description:
    """Return the description of a view function. Raises AttributeError if it has none."""
    return getattr(function, "description")  # noqa: B009, since functions have no such attribute by type


def gives_json(description: str, schema: dict) -> dict:
    """Return a response object for JSON."""
    return {"description": description, "content": {"application/json": {"schema": schema}}}


def gives_page(description: str) -> dict:
    """Return a response object for a page."""
    return {"description": description, "content": {"text/html": {"schema": {"type": "string"}}}}


def query_parameter(name: str, description: str, kind: str = "integer") -> dict:
    """Return a parameter object for a query parameter of a JSON type."""
    return {"name": name, "in": "query", "description": description, "schema": {"type": kind}}


def fails(description: str) -> dict:
    """Return a response object for an error."""
    return gives_json(description, {"$ref": "#/components/schemas/Error"})
