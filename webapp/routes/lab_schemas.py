"""JSON schemas of the lab's routes, for the OpenAPI document."""

from webapp.lab.spec import ACTIVATIONS, CONV, DENSE, LIMITS, MAX_LAYERS, OPTIMIZERS
from webapp.routes.schemas import list_of, object_of, reference

TEXT = {"type": "string"}
TEXT_OR_NONE = {"type": ["string", "null"]}
NUMBER = {"type": "number"}
NUMBER_OR_NONE = {"type": ["number", "null"]}
COUNT = {"type": "integer", "minimum": 0}
FLAG = {"type": "boolean"}
SHARE = {"type": "number", "minimum": 0, "maximum": 1}


def _limited(name: str) -> dict:
    limit = LIMITS[name]
    return {"type": "integer" if limit.is_whole else "number", "minimum": limit.least, "maximum": limit.most}


_LAYER = {
    "type": "object",
    "properties": {
        "kind": {"enum": [DENSE, CONV]},
        "units": _limited("units"),
        "size": _limited("size"),
        "pool": FLAG,
        "activation": {"enum": list(ACTIVATIONS)},
        "dropout": _limited("dropout"),
    },
}
_FIELDS = ("learning_rate", "batch_size", "epochs", "l2", "samples", "wrong_labels", "seed")
_POINTS = {
    "type": "array",
    "items": {"type": "array", "items": NUMBER_OR_NONE},
    "description": "step, epoch, loss, accuracy, validation loss, validation accuracy",
}
_PINNED = object_of(strokes={"type": "array"}, label={"type": ["integer", "null"]}, bitmap=TEXT)

LAB_SCHEMAS = {
    "LabSpec": {
        "type": "object",
        "properties": {
            "layers": {"type": "array", "items": _LAYER, "maxItems": MAX_LAYERS},
            "optimizer": {"enum": list(OPTIMIZERS)},
            "augment": FLAG,
        }
        | {name: _limited(name) for name in _FIELDS},
    },
    "LabCheck": object_of(
        parameters=COUNT,
        layers=list_of(object_of(name=TEXT, title=TEXT, shape=list_of(COUNT), parameters=COUNT)),
        warnings=list_of(object_of(field=TEXT, text=TEXT)),
        code=TEXT | {"description": "the Keras program"},
    ),
    "LabRun": object_of(
        id=COUNT,
        title=TEXT,
        spec=reference("LabSpec"),
        status={"enum": ["waiting", "training", "paused", "done", "stopped", "failed"]},
        reason=TEXT_OR_NONE,
        parameters=COUNT,
        step=COUNT,
        steps=COUNT,
        epoch=COUNT | {"description": "complete ones"},
        epochs=COUNT,
        seconds=NUMBER,
        seconds_left=NUMBER_OR_NONE,
        loss=NUMBER_OR_NONE,
        accuracy=NUMBER_OR_NONE,
        val_loss=NUMBER_OR_NONE,
        val_accuracy=NUMBER_OR_NONE,
        test_accuracy=NUMBER_OR_NONE,
        room_score={
            "oneOf": [object_of(right=COUNT, count=COUNT), {"type": "null"}],
            "description": "of the room's newest labeled drawings; null without a network or drawings",
        },
        model=TEXT_OR_NONE | {"description": "name of the saved network"},
        is_saving=FLAG | {"description": "ended, and its network is not saved yet"},
        kept_as=TEXT_OR_NONE,
    ),
    "LabState": object_of(
        status={"enum": ["off", "starting", "idle", "training", "paused", "failed"]},
        reason=TEXT_OR_NONE,
        data=object_of(title=TEXT, train=COUNT, validation=COUNT, test=COUNT),
        fetch={
            "oneOf": [
                object_of(is_running=FLAG, received=COUNT, size=COUNT, reason=TEXT_OR_NONE),
                {"type": "null", "description": "all of MNIST is here"},
            ]
        },
        limits={"type": "object"},
        presets=list_of({"type": "object"}),
        stories=list_of({"type": "object"}),
        run={"oneOf": [reference("LabRun"), {"type": "null"}]},
        runs=list_of(reference("LabRun")),
        room=object_of(shown=FLAG, asking=FLAG, guesses=COUNT),
        pinned=list_of(_PINNED),
        saved=COUNT | {"description": "changes when the network of a run is saved"},
        scored=COUNT | {"description": "changes with the room's scores of the runs"},
    ),
    "LabPinned": object_of(
        pinned=list_of(_PINNED),
        room=list_of(object_of(strokes={"type": "array"}, label=COUNT)),
    ),
    "LabDetail": object_of(
        run=reference("LabRun"),
        points=_POINTS,
        weights={"type": ["object", "null"]},
        pinned={"type": ["array", "null"]},
        confusion={"type": ["array", "null"]},
        gradients={"type": ["array", "null"]},
    ),
    "RoomRun": {
        "type": "object",
        "required": ["shown"],
        "properties": {
            "shown": FLAG | {"description": "the other fields are there while it is true"},
            "whole": FLAG | {"description": "whether these are all points of the curve"},
            "run": {"type": ["object", "null"], "description": "some fields of a LabRun"},
            "points": _POINTS,
            "guesses": {
                "oneOf": [
                    object_of(
                        id=TEXT,
                        open=FLAG,
                        count=COUNT,
                        values={
                            "type": ["array", "null"],
                            "items": SHARE,
                            "description": "all guesses without names, sorted",
                        },
                    ),
                    {"type": "null"},
                ]
            },
        },
    },
    "Guess": object_of(accuracy=SHARE),
}
