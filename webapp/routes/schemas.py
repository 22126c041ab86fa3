"""JSON schemas of requests and responses, for the OpenAPI document."""

from webapp.ink.parsing import MAX_COORDINATE, MAX_POINTS, MAX_STROKES, PIXELS
from webapp.nets.cards import FIELDS
from webapp.nets.network import DIGITS

_SHARE = {"type": "number", "minimum": 0, "maximum": 1}
_COORDINATE = {"type": "number", "minimum": -MAX_COORDINATE, "maximum": MAX_COORDINATE}
_POINT = {"type": "array", "items": _COORDINATE, "minItems": 2, "maxItems": 2}
_STROKES = {
    "type": "array",
    "items": {"type": "array", "items": _POINT, "maxItems": MAX_POINTS},
    "minItems": 1,
    "maxItems": MAX_STROKES,
}
_PIXEL = {"type": "integer", "minimum": 0, "maximum": 255}
_COUNT = {"type": "integer", "minimum": 0}
_STATUS = {"enum": ["loading", "warm", "failed"]}
_ANSWER = {
    "digit": {"type": "integer", "minimum": 0, "maximum": DIGITS - 1},
    "probabilities": {"type": "array", "items": _SHARE, "minItems": DIGITS, "maxItems": DIGITS},
    "is_digit": {"type": ["number", "null"], "minimum": 0, "maximum": 1},
    "logits": {"type": "array", "items": {"type": "number"}, "minItems": DIGITS, "maxItems": DIGITS},
}
_KINDS = {str: "string", int: "integer", list: "array", dict: "object"}


def object_of(**properties: dict) -> dict:
    """Return the schema of an object with all of `properties` required."""
    return {"type": "object", "properties": properties, "required": list(properties)}


def list_of(items: dict) -> dict:
    """Return the schema of a list."""
    return {"type": "array", "items": items}


def reference(name: str) -> dict:
    """Return a reference to the schema `name`."""
    return {"$ref": f"#/components/schemas/{name}"}


SCHEMAS = {
    "Error": object_of(
        error=object_of(
            code={"type": "string"},
            message={"type": "string", "description": "for programmers"},
            explanation={"type": "string", "description": "for people on a page"},
        )
    ),
    "Bitmap": object_of(bitmap={"type": "array", "items": _PIXEL, "minItems": PIXELS, "maxItems": PIXELS}),
    "Ink": object_of(strokes=_STROKES),
    "Prediction": object_of(
        model={"type": "string"},
        digit={"type": "integer", "minimum": 0, "maximum": DIGITS - 1},
        probabilities={"type": "array", "items": _SHARE, "minItems": DIGITS, "maxItems": DIGITS},
        is_digit={"type": ["number", "null"], "minimum": 0, "maximum": 1},
    ),
    "Predictions": object_of(predictions=list_of(reference("Prediction"))),
    "Card": object_of(**{field: {"type": _KINDS[kind]} for field, kind in FIELDS.items()}, status=_STATUS),
    "Answer": object_of(**_ANSWER),
    "Inspection": object_of(model={"type": "string"}, **_ANSWER)
    | {"description": "Also `layers`, or `unit` if a layer is named; see docs/inside.md."},
    "Explanation": object_of(
        model={"type": "string"},
        digit={"type": "integer", "minimum": 0, "maximum": DIGITS - 1},
        against={"type": ["integer", "null"]},
        **{name: {"type": "number"} for name in ("blank", "full", "gained", "total")},
        pixels={"type": "string", "contentEncoding": "base64", "description": "784 float32"},
    ),
    "LearningStep": object_of(
        model={"type": "string"},
        label={"type": "integer", "minimum": 0, "maximum": DIGITS - 1},
        rate={"type": "number", "exclusiveMinimum": 0},
        steps={"type": "integer", "minimum": 1},
        losses=list_of({"type": "number", "minimum": 0})
        | {"description": "before the first step and after each"},
        errors=list_of({"type": "number", "minimum": -1, "maximum": 1})
        | {"minItems": DIGITS, "maxItems": DIGITS, "description": "probability minus target"},
        before=reference("Answer"),
        after=reference("Answer"),
        weight={"type": ["object", "null"], "description": "if a layer is named; see docs/inside.md"},
    ),
    "Superposition": object_of(
        models=list_of(
            object_of(
                model={"type": "string"},
                digit={"type": "integer"},
                whole={"type": "number"},
                parts={"type": "number"},
            )
        )
    ),
    "Code": object_of(model={"type": "string"}, code={"type": "string"}, versions={"type": "object"}),
    "Models": object_of(default={"type": "string"}, models=list_of(reference("Card"))),
    "Status": object_of(
        uptime_s={"type": "number", "minimum": 0},
        ready={"type": "boolean"},
        default_model=_STATUS,
        models={"type": "object", "additionalProperties": _COUNT},
        predictions_per_second={"type": "number", "minimum": 0},
        p95_ms={"type": ["number", "null"], "minimum": 0},
        queue=_COUNT,
        queue_size=_COUNT,
        rejections=_COUNT,
        memory_mb={"type": ["number", "null"], "minimum": 0},
        phones={"type": ["integer", "null"], "minimum": 0},
        notices={"type": "array", "items": {"type": "string"}},
    ),
    "Readiness": {
        "type": "object",
        "properties": {
            "ready": {"type": "boolean"},
            "models": {"type": "object", "additionalProperties": _STATUS},
            "room": {"type": "string", "description": "only if the room's data is in danger"},
        },
        "required": ["ready", "models"],
    },
}
