"""Parse one line of an export (export.py): a drawing with its participant, round, answers and votes."""

import re
from dataclasses import dataclass
from typing import cast

import numpy as np

from webapp.errors import BadRequest, TooLarge, describe
from webapp.ink.parsing import parse_json, parse_strokes
from webapp.nets.network import DIGITS, Prediction
from webapp.room import clock, drawings, rounds
from webapp.room.ink_record import make_ink_record
from webapp.room.names import clean_name
from webapp.room.rounds import FREE, KINDS, Round
from webapp.room.transfer.export import SITE

PARTICIPANT = re.compile("[0-9a-f]{16}")
MAX_MODELS = 64  # in a room, and so of a drawing; each adds to the tables of counts and to the exports
NAME_LENGTH = 60  # characters of a model's name
MAX_VOTES = 1_000  # on one drawing: more people than any room holds
MAX_LINE = 1_000_000  # bytes; the largest ink has 400,000


@dataclass(frozen=True, eq=False)
class Line:
    """One drawing to import."""

    number: int  # counted from 1
    sent_at: int  # milliseconds since 1970
    drawing: drawings.NewDrawing
    name: str
    hidden: bool
    votes: dict[str, tuple[str, bool]]  # participant's id -> name, counts


def read_line(number: int, line: bytes) -> Line:
    """Parse line `number` of a file. Raises BadRequest, BadInk, EmptyInk or TooLarge."""
    value = _parse(line)
    strokes, drawn_for = value.get("strokes"), _round(value.get("round"))
    ink = make_ink_record(cast(list, strokes), parse_strokes(strokes))
    sent_at = _time(value.get("sent_at"), "sent_at")
    new = drawings.NewDrawing(
        id=drawings.check_id(value.get("id")),
        participant_id=_writer(value.get("writer")),
        round=drawn_for,
        label=_label(value.get("label"), drawn_for),
        ink=ink,
        answers=_answers(value.get("answers")),
        sent_at=sent_at,
    )
    return Line(
        number=number,
        sent_at=sent_at,
        drawing=new,
        name=clean_name(value.get("name")),
        hidden=_flag(value.get("hidden", False), "hidden"),
        votes=_votes(value.get("votes", [])),
    )


def _parse(line: bytes) -> dict:
    if len(line) > MAX_LINE:
        raise TooLarge(f"expected at most {MAX_LINE:,} bytes a line, received more")
    value = parse_json(line)
    if not isinstance(value, dict):
        raise BadRequest(f"expected an object with id, strokes and more, received {type(value).__name__}")
    return value


def _writer(value: object) -> str:
    site, _, participant = value.partition("/") if isinstance(value, str) else ("", "", "")
    if site != SITE:
        raise BadRequest(f"expected writer as {SITE}/PARTICIPANT, received {describe(value)}")
    return _participant(participant)


def _participant(value: object) -> str:
    if not isinstance(value, str) or not PARTICIPANT.fullmatch(value):
        raise BadRequest(f"expected a participant's id of 16 hex digits, received {describe(value)}")
    return value


def _round(value: object) -> Round:
    if not isinstance(value, dict):
        raise BadRequest(f"expected round as an object with id, kind and digit, received {describe(value)}")
    round_id, kind, digit = value.get("id"), value.get("kind"), value.get("digit")
    if not isinstance(round_id, str) or not rounds.ID.fullmatch(round_id):
        raise BadRequest(f"expected the id of a round of 12 hex digits, received {describe(round_id)}")
    if kind not in KINDS:
        raise BadRequest(f"expected the round's kind as one of {', '.join(KINDS)}, received {describe(kind)}")
    if kind != FREE or digit is not None:
        rounds.check_digit(digit, "the round's digit")
    if kind == FREE and digit is not None:
        raise BadRequest(f"expected no digit for a free round, received {digit}")
    return Round(round_id, kind, digit, _time(value.get("started_at"), "started_at"))


def _label(value: object, drawn_for: Round) -> int | None:
    label = None if value is None else rounds.check_digit(value, "label")
    if drawn_for.kind != FREE and label != drawn_for.digit:
        raise BadRequest(f"expected label {drawn_for.digit}, as the round asks, received {describe(value)}")
    return label


def _answers(value: object) -> dict[str, Prediction]:
    if not isinstance(value, list) or not 0 < len(value) <= MAX_MODELS:
        raise BadRequest(f"expected answers of 1 to {MAX_MODELS} models, received {describe(value)}")
    found = dict(map(_answer, value))
    if len(found) < len(value):
        raise BadRequest("expected one answer of each model, received two of one")
    return found


def _answer(value: object) -> tuple[str, Prediction]:
    if not isinstance(value, dict) or not _is_model_name(value.get("model")):
        raise BadRequest(f"expected an answer with model, digit and probability, received {describe(value)}")
    digit = rounds.check_digit(value.get("digit"), "an answer's digit")
    probability = _share(value.get("probability"), "probability")
    if not probability:
        raise BadRequest("expected an answer's probability above 0, received 0")
    is_digit = value.get("is_digit")
    # The room stores one of the ten probabilities, that of the digit.
    return value["model"], Prediction(
        np.eye(DIGITS)[digit] * probability, None if is_digit is None else _share(is_digit, "is_digit")
    )


def _is_model_name(value: object) -> bool:
    return isinstance(value, str) and 0 < len(value) <= NAME_LENGTH and value.isprintable()


def _share(value: object, name: str) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 1:
        raise BadRequest(f"expected an answer's {name} from 0 to 1, received {describe(value)}")
    return float(value)


def _votes(value: object) -> dict[str, tuple[str, bool]]:
    if not isinstance(value, list) or not all(isinstance(each, dict) for each in value):
        raise BadRequest(f"expected votes as a list of objects, received {describe(value)}")
    if len(value) > MAX_VOTES:
        raise TooLarge(f"expected at most {MAX_VOTES:,} votes on a drawing, received {len(value):,}")
    return {
        _participant(each.get("participant")): (
            clean_name(each.get("name")),
            _flag(each.get("counts"), "counts"),
        )
        for each in value
    }


def _flag(value: object, name: str) -> bool:
    if not isinstance(value, bool):
        raise BadRequest(f"expected {name} as true or false, received {describe(value)}")
    return value


def _time(value: object, name: str) -> int:
    try:
        found = clock.milliseconds(value) if isinstance(value, str) else -1
    except (ValueError, OverflowError):
        found = -1
    if not 0 <= found <= clock.now() + clock.DAY:  # another computer's clock may be ahead
        raise BadRequest(f"expected {name} as a past time in ISO 8601, received {describe(value)}")
    return found
