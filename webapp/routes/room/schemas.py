"""JSON schemas, parameters and error responses of the room's routes, for the OpenAPI document."""

from webapp.room.verdicts import VERDICTS
from webapp.routes.describe import fails
from webapp.routes.schemas import SCHEMAS, list_of, object_of, reference

TEXT = {"type": "string"}
NUMBER = {"type": "integer", "minimum": 0}
FLAG = {"type": "boolean"}
DIGIT = {"type": "integer", "minimum": 0, "maximum": 9}
DIGIT_OR_NONE = {"type": ["integer", "null"], "minimum": 0, "maximum": 9}
SHARE = {"type": "number", "minimum": 0, "maximum": 1}
SHARE_OR_NONE = {"type": ["number", "null"], "minimum": 0, "maximum": 1}
UUID = {"type": "string", "format": "uuid"}
UUID_OR_NONE = {"type": ["string", "null"], "format": "uuid"}
TIME = {"type": "string", "format": "date-time"}
ROUND_ID = {"type": "string", "pattern": "^[0-9a-f]{12}$"}
KIND = {"enum": ["free", "ask", "fool"]}
MAX_REVISION = 10**15
REVISION = {"type": "integer", "description": "grows with every visible change"}
BITMAP = {"type": "string", "contentEncoding": "base64", "description": "784 bytes"}
STROKES = SCHEMAS["Ink"]["properties"]["strokes"]

RIGHT = {
    "type": ["boolean", "null"],
    "description": "whether the network reads the label; never below the threshold of is_digit",
}

DRAWING = {
    "id": UUID,
    "number": NUMBER | {"description": "1, 2, ... in the order of saving"},
    "revision": REVISION,
    "participant_id": TEXT,
    "name": TEXT,
    "strokes": STROKES,
    "label": DIGIT_OR_NONE,
    "digit": DIGIT,
    "probability": SHARE,
    "is_digit": SHARE_OR_NONE,
    "right": RIGHT,
    "round": ROUND_ID,
    "fooled": {
        "enum": [None, *VERDICTS],
        "description": "of a fool round: caught (the network reads it), voting, yes, no (people cannot)",
    },
    "votes": object_of(yes=NUMBER, no=NUMBER),
    "hidden": FLAG,
    "pending": FLAG | {"description": "hidden until the presenter approves it"},
    "sent_at": TIME,
}
ANSWERS = list_of(object_of(model=TEXT, digit=DIGIT, probability=SHARE, is_digit=SHARE_OR_NONE, right=RIGHT))
STATE = {
    "revision": REVISION,
    "round": reference("Round"),
    "paused": FLAG,
    "code": {
        "type": ["string", "null"],
        "description": "null if none is needed or the client may not see it",
    },
    "needs_code": FLAG,
    "address": TEXT | {"description": "URL of the join page"},
    "participants": NUMBER | {"description": "seen in the last 30 seconds"},
    "drawings": NUMBER,
    "on_wall": NUMBER | {"description": "those of them that were not cleared"},
    "spotlight": UUID_OR_NONE,
    "joining_closed": FLAG | {"description": "whether no one else can join"},
    "approval": FLAG | {"description": "whether drawings wait for the presenter before the wall"},
}
WIFI = object_of(name=TEXT, password=TEXT | {"description": "empty for an open network"})
PARTICIPANT_ID = {"type": ["string", "null"], "description": "null without the cookie of a participant"}
TAUGHT = {
    "oneOf": [object_of(label=DIGIT, at=NUMBER), {"type": "null"}],
    "description": "the network taught here reads a drawing of the participant that was misread; since when",
}
ON_THE_WALL = {"oneOf": [reference("Drawing"), reference("Gone")]}
FULL = {"type": "boolean", "description": "whether this replaces everything before"}
SCORE = object_of(model=TEXT, right=NUMBER, labeled=NUMBER, drawings=NUMBER, accuracy=SHARE_OR_NONE)
PAIR = object_of(
    label=DIGIT,
    digit=DIGIT_OR_NONE | {"description": "null: no digit"},
    count=NUMBER,
    drawings=list_of(reference("Drawing")),
)

ROOM_SCHEMAS = {
    "Participant": object_of(id=TEXT, name=TEXT),
    "Round": object_of(id=ROUND_ID, kind=KIND, digit=DIGIT_OR_NONE, started_at=TIME),
    "Drawing": object_of(**DRAWING),
    "DrawingWithAnswers": object_of(**DRAWING, answers=ANSWERS),
    "WholeDrawing": object_of(**DRAWING, answers=ANSWERS, bitmap=BITMAP),
    "Gone": object_of(id=UUID, gone={"const": True}),
    "Me": object_of(
        id=TEXT, name=TEXT, revision=REVISION, full=FULL, drawings=list_of(reference("DrawingWithAnswers"))
    ),
    "State": object_of(
        **STATE,
        participant_id=PARTICIPANT_ID,
        to_vote=list_of(reference("Drawing")),
        model=TEXT | {"description": "that predicts by default"},
        taught=TAUGHT,
    ),
    "Wifi": WIFI,
    "Wall": object_of(
        **STATE | {"drawings": list_of(ON_THE_WALL)},
        count=NUMBER,
        full=FULL,
        wifi={"oneOf": [reference("Wifi"), {"type": "null"}]},
    ),
    "Scoreboard": object_of(
        revision=REVISION,
        models=list_of(SCORE),
        model=TEXT,
        confusion=list_of(list_of(NUMBER)) | {"description": "rows: labels; columns: digits, then no digit"},
        pairs=list_of(PAIR),
        verdicts=object_of(**dict.fromkeys(VERDICTS, NUMBER)),
        fooled=list_of(reference("Drawing")),
    ),
    "Moderation": object_of(
        revision=REVISION,
        pending=list_of(reference("Drawing")) | {"description": "the oldest first"},
        pending_count=NUMBER,
        blocked=list_of(object_of(id=TEXT, name=TEXT, drawings=NUMBER)),
    ),
    "Blocked": object_of(id=TEXT, name=TEXT, blocked=FLAG, drawings=NUMBER),
    "Votes": object_of(yes=NUMBER, no=NUMBER, counts=FLAG),
    "Deleted": object_of(deleted=NUMBER),
    "Import": object_of(
        imported=NUMBER,
        skipped=NUMBER | {"description": "stored before, or deleted here"},
        expired=NUMBER | {"description": "not stored: older than the retention period"},
        left_out=NUMBER | {"description": "lines that cannot be used"},
        problems=list_of(object_of(line=NUMBER, reason=TEXT)) | {"description": "the first hundred"},
    ),
    "Preflight": object_of(
        checks=list_of(
            object_of(
                name=TEXT,
                ok={"type": ["boolean", "null"], "description": "null if only a person can check it"},
                detail=TEXT,
                advice=TEXT,
            )
        )
    ),
    "LoadTest": object_of(
        phones=NUMBER,
        limited_by={"enum": ["predictions", "connections"]},
        predictions_per_second={"type": "number"},
        p95_ms={"type": "number"},
        requests=NUMBER,
        errors=NUMBER,
        seconds={"type": "number"},
        assumption=TEXT,
    ),
}


ID_PARAMETER = {"name": "drawing_id", "in": "path", "required": True, "schema": UUID}
SINCE_PARAMETER = {
    "name": "since",
    "in": "query",
    "description": "the revision of the last response",
    "schema": REVISION | {"minimum": 0},
}
UNCHANGED = {304: {"description": "The response has not changed since If-None-Match"}}

REASONS = {
    400: "The request is malformed",
    401: "Not joined",
    403: "Not the presenter",
    404: "No such drawing, or a hidden one",
    409: "Not a round of this room",
    410: "The drawing was deleted",
    413: "Too large",
    415: "Another Content-Type",
    503: "Not stored, overloaded or loading: try again after Retry-After seconds",
}


def failures(*statuses: int) -> dict[int, dict]:
    """Return the response objects of error statuses."""
    return {status: fails(REASONS[status]) for status in statuses}


def takes_json(schema: dict, required: bool = True) -> dict:
    """Return a request body object for JSON."""
    return {"required": required, "content": {"application/json": {"schema": schema}}}
