"""The shapes of what goes in and out, as JSON Schema for the OpenAPI description."""

from webapp.ink.pixels import PIXELS
from webapp.ink.strokes import MAX_COORDINATE
from webapp.nets.cards import FIELDS
from webapp.nets.network import DIGITS

_SHARE = {"type": "number", "minimum": 0, "maximum": 1}
_COORDINATE = {"type": "number", "minimum": -MAX_COORDINATE, "maximum": MAX_COORDINATE}
_POINT = {"type": "array", "items": _COORDINATE, "minItems": 2, "maxItems": 2}
_PIXEL = {"type": "integer", "minimum": 0, "maximum": 255}
_COUNT = {"type": "integer", "minimum": 0}
_STATUS = {"enum": ["loading", "warm", "failed"]}
_KINDS = {str: "string", int: "integer", list: "array", dict: "object"}


def object_of(**properties: dict) -> dict:
    """Return the schema of an object with all of `properties` required."""
    return {"type": "object", "properties": properties, "required": list(properties)}


def list_of(items: dict) -> dict:
    """Return the schema of a list."""
    return {"type": "array", "items": items}


def reference(name: str) -> dict:
    """Return a reference to the schema `name` of the table below."""
    return {"$ref": f"#/components/schemas/{name}"}


SCHEMAS = {
    "Error": object_of(error=object_of(code={"type": "string"}, message={"type": "string"})),
    "Bitmap": object_of(bitmap={"type": "array", "items": _PIXEL, "minItems": PIXELS, "maxItems": PIXELS}),
    "Ink": object_of(strokes={"type": "array", "items": {"type": "array", "items": _POINT}, "minItems": 1}),
    "Prediction": object_of(
        model={"type": "string"},
        digit={"type": "integer", "minimum": 0, "maximum": DIGITS - 1},
        probabilities={"type": "array", "items": _SHARE, "minItems": DIGITS, "maxItems": DIGITS},
        is_digit={"type": ["number", "null"], "minimum": 0, "maximum": 1},
    ),
    "Predictions": object_of(predictions=list_of(reference("Prediction"))),
    "Card": object_of(**{field: {"type": _KINDS[kind]} for field, kind in FIELDS.items()}, status=_STATUS),
    "Inspection": object_of(
        model={"type": "string"},
        digit={"type": "integer", "minimum": 0, "maximum": DIGITS - 1},
        probabilities={"type": "array", "items": _SHARE, "minItems": DIGITS, "maxItems": DIGITS},
        is_digit={"type": ["number", "null"], "minimum": 0, "maximum": 1},
        logits={"type": "array", "items": {"type": "number"}, "minItems": DIGITS, "maxItems": DIGITS},
    )
    | {"description": "Also `layers`, or `unit` where one was asked for; see docs/inside.md."},
    "Explanation": object_of(
        model={"type": "string"},
        digit={"type": "integer", "minimum": 0, "maximum": DIGITS - 1},
        against={"type": ["integer", "null"]},
        **{name: {"type": "number"} for name in ("blank", "full", "gained", "total")},
        pixels={"type": "string", "contentEncoding": "base64", "description": "784 float32"},
    ),
    "Halves": object_of(
        halves=list_of(
            object_of(
                model={"type": "string"},
                digit={"type": "integer"},
                apart={"type": "number"},
                whole={"type": "number"},
            )
        )
    ),
    "Code": object_of(model={"type": "string"}, code={"type": "string"}, versions={"type": "object"}),
    "Models": object_of(default={"type": "string"}, models=list_of(reference("Card"))),
    "Status": object_of(
        uptime_s={"type": "number", "minimum": 0},
        ready={"type": "boolean"},
        models={"type": "object", "additionalProperties": _COUNT},
        predictions_per_second={"type": "number", "minimum": 0},
        p95_ms={"type": ["number", "null"], "minimum": 0},
        queue=_COUNT,
        queue_size=_COUNT,
        rejections=_COUNT,
        memory_mb={"type": ["number", "null"], "minimum": 0},
        phones={"type": ["integer", "null"], "minimum": 0},
    ),
    "Readiness": object_of(
        ready={"type": "boolean"}, models={"type": "object", "additionalProperties": _STATUS}
    ),
}
