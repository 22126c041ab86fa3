"""The shapes of what goes into a room and comes out, as JSON Schema for the OpenAPI description."""

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
REVISION = {"type": "integer", "description": "grows with every change that can be seen"}
BITMAP = {"type": "string", "contentEncoding": "base64", "description": "784 bytes"}
STROKES = SCHEMAS["Ink"]["properties"]["strokes"]

DRAWING = {
    "id": UUID,
    "number": NUMBER | {"description": "1, 2, ... in the order of saving"},
    "revision": REVISION,
    "name": TEXT,
    "strokes": STROKES,
    "label": DIGIT_OR_NONE,
    "digit": DIGIT,
    "probability": SHARE,
    "is_digit": SHARE_OR_NONE,
    "right": {"type": ["boolean", "null"]},
    "round": ROUND_ID,
    "fooled": {"enum": [None, "voting", "yes", "no"]},
    "votes": object_of(yes=NUMBER, no=NUMBER),
    "hidden": FLAG,
    "sent_at": TIME,
}
ANSWERS = list_of(object_of(model=TEXT, digit=DIGIT, probability=SHARE, is_digit=SHARE_OR_NONE))
STATE = {
    "revision": REVISION,
    "round": reference("Round"),
    "paused": FLAG,
    "code": {"type": ["string", "null"], "description": "null where joining needs none"},
    "address": TEXT | {"description": "where phones join"},
    "participants": NUMBER | {"description": "seen in the last 30 seconds"},
    "drawings": NUMBER,
    "spotlight": UUID_OR_NONE,
}
ON_THE_WALL = {"oneOf": [reference("Drawing"), reference("Gone")]}
FULL = {"type": "boolean", "description": "whether this takes the place of everything before"}
SCORE = object_of(model=TEXT, right=NUMBER, labelled=NUMBER, drawings=NUMBER, accuracy=SHARE_OR_NONE)
PAIR = object_of(label=DIGIT, digit=DIGIT, count=NUMBER, drawings=list_of(reference("Drawing")))

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
    "State": object_of(**STATE, to_vote=list_of(reference("Drawing"))),
    "Wall": object_of(**STATE | {"drawings": list_of(ON_THE_WALL)}, count=NUMBER, full=FULL),
    "Scoreboard": object_of(
        revision=REVISION,
        models=list_of(SCORE),
        model=TEXT,
        confusion=list_of(list_of(NUMBER)),
        pairs=list_of(PAIR),
        fooled=list_of(reference("Drawing")),
    ),
    "Votes": object_of(yes=NUMBER, no=NUMBER, counts=FLAG),
    "Deleted": object_of(deleted=NUMBER),
    "Import": object_of(
        imported=NUMBER,
        skipped=NUMBER | {"description": "known already, or deleted here"},
        left_out=NUMBER | {"description": "lines that cannot be used"},
        problems=list_of(object_of(line=NUMBER, reason=TEXT)) | {"description": "the first hundred of them"},
    ),
    "Preflight": object_of(
        checks=list_of(
            object_of(
                name=TEXT,
                ok={"type": ["boolean", "null"], "description": "null where only a person can tell"},
                detail=TEXT,
                advice=TEXT,
            )
        )
    ),
    "Burst": object_of(
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
