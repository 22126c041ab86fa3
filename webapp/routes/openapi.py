"""The OpenAPI 3.1 document, built from the descriptions of the routes."""

import re
from typing import Any

from flask import Blueprint, Flask, Response, current_app, jsonify, request

from webapp.routes import schemas
from webapp.routes.describe import Description, describe, described, gives_json
from webapp.routes.lab_schemas import LAB_SCHEMAS
from webapp.routes.room.schemas import ROOM_SCHEMAS
from webapp.routes.teach_schemas import TEACH_SCHEMAS

blueprint = Blueprint("openapi", __name__)


@blueprint.get("/openapi.json")
@describe("This description", answers={200: gives_json("OpenAPI 3.1", {"type": "object"})})
def show_openapi() -> Response:
    """Return the OpenAPI document of this application."""
    return jsonify(build(current_app, request.script_root))


def build(app: Flask, base_path: str = "") -> dict:
    """Return the OpenAPI document of `app`. Raises AttributeError for a route without a description."""
    paths: dict[str, dict] = {}
    for rule in app.url_map.iter_rules():
        if rule.endpoint == "static":
            continue
        path = re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule)
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            operation = _operation(rule.endpoint, described(app.view_functions[rule.endpoint]))
            paths.setdefault(path, {})[method.lower()] = operation
    return {
        "openapi": "3.1.0",
        "info": {"title": "Inkwise", "version": "1", "description": "Draw a digit, and a network reads it."},
        "servers": [{"url": base_path or "/"}],
        "paths": paths,
        "components": {"schemas": schemas.SCHEMAS | LAB_SCHEMAS | TEACH_SCHEMAS | ROOM_SCHEMAS},
    }


def _operation(endpoint: str, description: Description) -> dict[str, Any]:
    operation: dict[str, Any] = {
        "operationId": endpoint.replace(".", "_"),
        "summary": description.summary,
        "parameters": description.parameters,
        "responses": {str(status): answer for status, answer in description.answers.items()},
    }
    if description.body:
        operation["requestBody"] = description.body
    return operation
