"""Read one line of an export: a drawing, who drew it, and what the room did with it. See export.py.

Bitmaps are made anew from the ink: they follow from it.
"""

import json
import re
from dataclasses import dataclass
from typing import NoReturn

import numpy as np

from webapp.errors import BadRequest, TooLarge
from webapp.ink.describe import describe
from webapp.ink.strokes import parse_strokes
from webapp.nets.network import DIGITS, Answer
from webapp.room import clock, drawings, rounds
from webapp.room.ink_record import prepare
from webapp.room.names import clean_name
from webapp.room.rounds import FREE, KINDS, Round
from webapp.room.transfer.export import SITE

PARTICIPANT = re.compile("[0-9a-f]{16}")
MOST_MODELS, NAME_LENGTH = 32, 60
LONGEST = 1_000_000  # bytes of a line; the largest ink has 400,000
DAY = 24 * 60 * 60 * 1000  # milliseconds


@dataclass(frozen=True, eq=False)
class Line:
    """One drawing to import, and what the room shall know of it."""

    number: int  # counted from 1
    drawing: drawings.NewDrawing
    name: str
    hidden: bool
    votes: list[tuple[str, str, bool]]  # participant, name, counts


def read_line(number: int, line: bytes) -> Line:
    """Return what line `number` of a file holds. Raises BadRequest, BadInk, EmptyInk or TooLarge."""
    value = _parse(line)
    strokes, drawn_for = value.get("strokes"), _round(value.get("round"))
    ink = prepare(strokes, parse_strokes(strokes))
    new = drawings.NewDrawing(
        id=drawings.check_id(value.get("id")),
        participant_id=_writer(value.get("writer")),
        round=drawn_for,
        label=_label(value.get("label"), drawn_for),
        ink=ink,
        answers=_answers(value.get("answers")),
        sent_at=_time(value.get("sent_at"), "sent_at"),
    )
    return Line(
        number=number,
        drawing=new,
        name=clean_name(value.get("name")),
        hidden=_flag(value.get("hidden", False), "hidden"),
        votes=_votes(value.get("votes", [])),
    )


def _parse(line: bytes) -> dict:
    if len(line) > LONGEST:
        raise TooLarge(f"expected at most {LONGEST:,} bytes a line, received more")
    try:
        value = json.loads(line.decode("utf-8-sig"), parse_constant=_refuse)
    except UnicodeDecodeError as error:
        raise BadRequest(f"expected UTF-8, received another byte at {error.start}") from None
    except json.JSONDecodeError as error:
        raise BadRequest(f"expected a line of JSON, but at column {error.colno}: {error.msg}") from None
    except (ValueError, RecursionError):
        raise BadRequest("expected a line of JSON, received numbers or lists beyond any measure") from None
    if not isinstance(value, dict):
        raise BadRequest(f"expected an object with id, strokes and more, received {type(value).__name__}")
    return value


def _refuse(name: str) -> NoReturn:
    raise BadRequest(f"expected finite numbers, received {name}")


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
    if value is not None:
        rounds.check_digit(value, "label")
    if drawn_for.kind != FREE and value != drawn_for.digit:
        raise BadRequest(f"expected label {drawn_for.digit}, as the round asks, received {describe(value)}")
    return value


def _answers(value: object) -> dict[str, Answer]:
    if not isinstance(value, list) or not 0 < len(value) <= MOST_MODELS:
        raise BadRequest(f"expected answers of 1 to {MOST_MODELS} models, received {describe(value)}")
    found = dict(map(_answer, value))
    if len(found) < len(value):
        raise BadRequest("expected one answer of each model, received two of one")
    return found


def _answer(value: object) -> tuple[str, Answer]:
    if not isinstance(value, dict) or not _is_model_name(value.get("model")):
        raise BadRequest(f"expected an answer with model, digit and probability, received {describe(value)}")
    digit = rounds.check_digit(value.get("digit"), "an answer's digit")
    probability = _share(value.get("probability"), "probability")
    if not probability:
        raise BadRequest("expected an answer's probability above 0, received 0")
    is_digit = value.get("is_digit")
    # The room keeps one share of the ten, that of the digit.
    return value["model"], Answer(
        np.eye(DIGITS)[digit] * probability, None if is_digit is None else _share(is_digit, "is_digit")
    )


def _is_model_name(value: object) -> bool:
    return isinstance(value, str) and 0 < len(value) <= NAME_LENGTH and value.isprintable()


def _share(value: object, name: str) -> float:
    if type(value) not in (int, float) or not 0 <= value <= 1:
        raise BadRequest(f"expected an answer's {name} from 0 to 1, received {describe(value)}")
    return float(value)


def _votes(value: object) -> list[tuple[str, str, bool]]:
    if not isinstance(value, list) or not all(isinstance(each, dict) for each in value):
        raise BadRequest(f"expected votes as a list of objects, received {describe(value)}")
    return [
        (
            _participant(each.get("participant")),
            clean_name(each.get("name")),
            _flag(each.get("counts"), "counts"),
        )
        for each in value
    ]


def _flag(value: object, name: str) -> bool:
    if not isinstance(value, bool):
        raise BadRequest(f"expected {name} as true or false, received {describe(value)}")
    return value


def _time(value: object, name: str) -> int:
    try:
        found = clock.milliseconds(value)
    except (TypeError, ValueError, OverflowError):
        found = -1
    if not 0 <= found <= clock.now() + DAY:  # another computer's clock may be ahead; one from 2099 is wrong
        raise BadRequest(f"expected {name} as a past time in ISO 8601, received {describe(value)}")
    return found
