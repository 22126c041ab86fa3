"""Choose what to teach: coverage of the labeled drawings, people held out, and why it is not possible yet.

A network that is measured on the people who taught it looks better than it is. So 30 % of the people are held
out, chosen by a hash of their id: the same people at each teaching, also after a restart.
"""

import hashlib
from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from webapp.nets.network import DIGITS

HELD_OUT_SHARE = 0.3  # of the people
LEAST_PEOPLE = 3
LEAST_DRAWINGS = 20
LEAST_DIGITS = 2
DOUBTFUL_SHARE = 0.5  # of the drawings read as labeled, below which the labels are in doubt
SALT = "inkwise-teach"


class LabelCount(NamedTuple):
    """One person's drawings of one label; `right`: those that the default model read so."""

    person: str
    label: int
    drawings: int
    right: int


@dataclass(frozen=True)
class Coverage:
    """What the labeled drawings cover.

    Attributes:
        digits: drawings and people by digit.
        missing: which digits are missing, or None.
        problem: why nothing can be taught yet, or None.
        warning: what to check before teaching, or None.
    """

    digits: list[dict[str, int]]
    missing: str | None
    problem: str | None
    warning: str | None
    people: dict[str, int]
    drawings: dict[str, int]

    def to_json(self) -> dict:
        return {
            "coverage": self.digits,
            "missing": self.missing,
            "problem": self.problem,
            "warning": self.warning,
            "people": self.people,
            "drawings": self.drawings,
        }


def choose_held_out(people: Collection[str]) -> set[str]:
    """Return 30 % of the people, at least one of two or more."""
    ordered = sorted(people, key=lambda person: hashlib.sha256(f"{SALT}:{person}".encode()).digest())
    least = 1 if len(ordered) > 1 else 0
    return set(ordered[: max(least, round(len(ordered) * HELD_OUT_SHARE))])


def describe_coverage(counts: Sequence[LabelCount]) -> Coverage:
    """Return what labeled drawings cover, and what stands in the way of teaching."""
    by_digit: dict[int, int] = defaultdict(int)
    people_of: dict[int, set[str]] = defaultdict(set)
    for each in counts:
        by_digit[each.label] += each.drawings
        people_of[each.label].add(each.person)
    people = {each.person for each in counts}
    held_out = choose_held_out(people)
    drawn = {"taught": 0, "held_out": 0}
    for each in counts:
        drawn["held_out" if each.person in held_out else "taught"] += each.drawings
    digits = range(DIGITS)
    return Coverage(
        [{"digit": digit, "drawings": by_digit[digit], "people": len(people_of[digit])} for digit in digits],
        _missing([digit for digit in digits if not by_digit[digit]]),
        _problem(counts, len(people), held_out),
        _warning(counts),
        {"taught": len(people) - len(held_out), "held_out": len(held_out)},
        drawn,
    )


def _missing(digits: list[int]) -> str | None:
    """Return a sentence such as "No 7s yet: draw some."; None if none or all are missing."""
    if len(digits) in (0, DIGITS):
        return None
    names = [f"{digit}s" for digit in digits]
    listed = names[0] if len(names) == 1 else ", ".join(names[:-1]) + " or " + names[-1]
    return f"No {listed} yet: draw some."


def _problem(counts: Sequence[LabelCount], people: int, held_out: set[str]) -> str | None:
    total = sum(each.drawings for each in counts)
    if not total:
        return (
            "No drawing says which digit it shows yet. Let people draw and name their digit, "
            "start a round that asks for a digit, or import drawings."
        )
    if people < LEAST_PEOPLE:
        noun = "1 person" if people == 1 else f"{people} people"
        return (
            f"Drawings of {noun} so far. It takes {LEAST_PEOPLE}: the others test what was learned from some."
        )
    taught = [each for each in counts if each.person not in held_out]
    labels = sorted({each.label for each in taught})
    if len(labels) < LEAST_DIGITS:
        return (
            f"All drawings to learn from are {labels[0]}s. Draw other digits too: "
            "a network that hears only one answer learns to give it always."
        )
    if total < LEAST_DRAWINGS:
        return f"{total} drawings so far. It takes {LEAST_DRAWINGS}: draw {LEAST_DRAWINGS - total} more."
    return None


def _warning(counts: Sequence[LabelCount]) -> str | None:
    total, right = sum(each.drawings for each in counts), sum(each.right for each in counts)
    if total < LEAST_DRAWINGS or right >= total * DOUBTFUL_SHARE:
        return None
    return (
        f"The network read only {right} of {total} drawings as their labels say. Are the labels right? "
        "Look at some on the wall first: a network learns wrong labels as readily as right ones."
    )
