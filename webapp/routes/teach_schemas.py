"""JSON schemas of the routes to teach, for the OpenAPI document."""

from webapp.routes.lab_schemas import COUNT, FLAG, NUMBER, NUMBER_OR_NONE, TEXT, TEXT_OR_NONE
from webapp.routes.schemas import list_of, object_of, reference

SHARE = {"type": "number", "minimum": 0, "maximum": 1}
_SPLIT = object_of(taught=COUNT, held_out=COUNT)
_READING = {"type": ["integer", "null"], "description": "null: read as no digit"}

TEACH_SCHEMAS = {
    "TeachScores": object_of(samples=COUNT, before=SHARE, after=SHARE),
    "TeachChange": object_of(
        label=COUNT, before=_READING, after=_READING, is_held_out=FLAG, strokes={"type": "array"}
    ),
    "TeachResult": object_of(
        held_out=reference("TeachScores"),
        mnist=reference("TeachScores"),
        taught=reference("TeachScores"),
        changes=list_of(reference("TeachChange")) | {"description": "at most 60, of held-out people first"},
    ),
    "Teaching": object_of(
        id=COUNT,
        status={"enum": ["waiting", "training", "done", "stopped", "failed"]},
        reason=TEXT_OR_NONE,
        base=TEXT,
        wrong_labels=SHARE,
        seconds=NUMBER,
        seconds_left=NUMBER_OR_NONE,
        share_done=SHARE,
        model=TEXT_OR_NONE,
        is_used=FLAG,
        kept_as=TEXT_OR_NONE,
        result={"oneOf": [reference("TeachResult"), {"type": "null"}]},
    ),
    "TeachState": object_of(
        coverage=list_of(object_of(digit=COUNT, drawings=COUNT, people=COUNT)),
        missing=TEXT_OR_NONE,
        problem=TEXT_OR_NONE,
        warning=TEXT_OR_NONE,
        people=_SPLIT,
        drawings=_SPLIT,
        can_train=FLAG,
        reason=TEXT_OR_NONE,
        bases=list_of(object_of(name=TEXT, title=TEXT)),
        base=TEXT,
        used=TEXT,
        original=TEXT,
        before=TEXT_OR_NONE,
        teaching={"oneOf": [reference("Teaching"), {"type": "null"}]},
    ),
}
