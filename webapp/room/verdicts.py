"""What is right, and what has fooled the network: the one definition for all scores, pages and exports.

A network reads a drawing as its digit, or as no digit where `is_digit` is below the threshold. It is right
if it reads the label, which is what the drawing was meant to be.

In a fool round, a drawing that the network reads is caught. On the others people vote: a drawing has fooled
the network if they read it; if they cannot, it is unclear.
"""

from typing import Protocol

from webapp.nets.network import DIGITS, IS_DIGIT
from webapp.room.rounds import FOOL

NO_DIGIT = DIGITS  # a reading, and the last column of a confusion matrix
CAUGHT, VOTING, FOOLED, UNCLEAR = VERDICTS = ("caught", "voting", "yes", "no")
ENOUGH_VOTES = 3


class Answer(Protocol):
    """A network's answer: a Prediction, or a row of drawings or answers."""

    @property
    def digit(self) -> int: ...

    @property
    def is_digit(self) -> float | None: ...


def read_as(answer: Answer) -> int:
    """Return the digit that a network reads, or NO_DIGIT."""
    return NO_DIGIT if answer.is_digit is not None and answer.is_digit < IS_DIGIT else answer.digit


def is_right(answer: Answer, label: int | None) -> bool | None:
    """Return whether a network reads the label; None without a label."""
    return None if label is None else read_as(answer) == label


def first_verdict(answer: Answer, kind: str, label: int | None) -> str | None:
    """Return the verdict before the first vote: caught or voting; None outside of fool rounds."""
    if kind != FOOL:
        return None
    return CAUGHT if is_right(answer, label) else VOTING


def verdict_of_votes(yes: int, no: int) -> str:
    """Return the verdict on a drawing that the network misread: at least three votes, and a majority."""
    if yes + no < ENOUGH_VOTES:
        return VOTING
    return FOOLED if yes > no else UNCLEAR
