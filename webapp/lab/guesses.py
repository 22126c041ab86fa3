"""Guesses of the room: which accuracy will the next run reach on the test digits?

They are in the memory of this process, as runs are: a restart loses both.
"""

import secrets
from typing import Any, cast

from webapp.errors import BadRequest, NotNow, describe

MOST_GUESSES = 2_000
DECIMALS = 3  # of an accuracy from 0 to 1: a tenth of a percent


class Guesses:
    """The guesses for one run. Its lab's lock protects them.

    Attributes:
        run: number of the run that they are for; None until it starts.
    """

    def __init__(self) -> None:
        self.run: int | None = None
        self._id = secrets.token_hex(4)  # random: a phone may remember a guess from before a restart
        self._by_participant: dict[str, float] = {}

    @property
    def is_open(self) -> bool:
        return self.run is None

    @property
    def count(self) -> int:
        """Number of guesses."""
        return len(self._by_participant)

    def take(self, participant_id: str, accuracy: object) -> float:
        """Store a participant's guess in place of an earlier one, and return it rounded.

        Raises:
            BadRequest: not a number from 0 to 1.
            NotNow: the run has started, or there are too many guesses.
        """
        value = read_accuracy(accuracy)
        if not self.is_open:
            raise NotNow(
                "expected a guess before the run, received one after its start",
                "The run has started, so guesses are closed.",
            )
        if self.count >= MOST_GUESSES and participant_id not in self._by_participant:
            raise NotNow(
                f"expected at most {MOST_GUESSES:,} guesses, received one more", "There are enough guesses."
            )
        self._by_participant[participant_id] = value
        return value

    def to_json(self, with_values: bool) -> dict[str, Any]:
        """Return {"id", "open", "count", "values"}: the last sorted and without names, or None."""
        values = sorted(self._by_participant.values()) if with_values else None
        return {"id": self._id, "open": self.is_open, "count": self.count, "values": values}


def read_accuracy(value: object) -> float:
    """Return an accuracy from 0 to 1, rounded. Raises BadRequest."""
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if not is_number or not 0 <= cast(float, value) <= 1:  # not a number is not in between
        raise BadRequest(
            f"expected accuracy as a number from 0 to 1, received {describe(value)}",
            "Enter a number from 0 to 100 %.",
        )
    return round(float(cast(float, value)), DECIMALS)
