"""What wall and phones see of the lab while the presenter shows it: the newest run, and guesses before it."""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any

from webapp.errors import BadRequest, NotNow, describe
from webapp.lab.guesses import Guesses
from webapp.lab.runs import Run

FLAGS = ("shown", "asking")  # what the presenter switches
MOST_POINTS = 200  # of a curve that is sent whole
DIGITS = 4  # after the point
SHOWN = (  # fields of a run
    *("id", "title", "status", "reason", "step", "steps", "epoch", "epochs", "seconds"),
    *("loss", "accuracy", "val_loss", "val_accuracy", "test_accuracy"),
)
HIDDEN = {"shown": False}
VALIDATION = 4  # column of a point


@dataclass(frozen=True)
class RoomNews:
    """What wall and phones see: {"shown", "whole", "run", "points", "guesses"}, or {"shown": False}.

    Attributes:
        change: number of the lab's newest change.
        run: number of the newest run, or None.
        since: with the points after the change that was asked for.
        whole: with the whole curve, thinned.
    """

    change: int
    run: int | None
    since: dict[str, Any]
    whole: dict[str, Any]


class Broadcast:
    """Thread-safe.

    Args:
        lock: the lab's.
        newest: returns the lab's newest run.
        changed: counts a change of the lab.
        change: returns the number of the lab's newest change.
    """

    def __init__(
        self,
        lock: AbstractContextManager,
        newest: Callable[[], Run | None],
        changed: Callable[[], object],
        change: Callable[[], int],
    ):
        self._lock = lock
        self._newest = newest
        self._changed = changed
        self._change = change
        self._is_shown = False
        self._guesses: Guesses | None = None

    def to_json(self) -> dict[str, Any]:
        """Return {"shown", "asking", "guesses"} for the presenter; the last is a number."""
        with self._lock:
            guesses = self._present_guesses()
            return {
                "shown": self._is_shown,
                "asking": guesses is not None and guesses.is_open,
                "guesses": guesses.count if guesses else 0,
            }

    def switch(self, flags: Mapping[str, object]) -> None:
        """Switch `shown`, `asking` or both. To ask shows the lab as well; to stop asking drops the guesses.

        Raises:
            BadRequest: neither of them, or not a bool.
            NotNow: a run trains, so it is too late to ask.
        """
        given = {name: flags[name] for name in FLAGS if name in flags}
        if not given:
            raise BadRequest(f"expected {' or '.join(FLAGS)}, received neither")
        for name, value in given.items():
            if not isinstance(value, bool):
                raise BadRequest(f"expected {name} as true or false, received {describe(value)}")
        with self._lock:
            if given.get("asking"):
                self._ask()
            else:
                self._is_shown = bool(given.get("shown", self._is_shown))
                if "asking" in given or not self._is_shown:
                    self._stop_asking()
            self._changed()

    def begin(self, run_id: int) -> None:
        """Close the guesses, which are for this run, and drop those for an earlier one."""
        with self._lock:
            if self._guesses is not None and self._guesses.is_open:
                self._guesses.run = run_id
            else:
                self._guesses = None

    def guess(self, participant_id: str, accuracy: object) -> float:
        """Store a participant's guess, from 0 to 1, and return it rounded. Raises BadRequest, NotNow."""
        with self._lock:
            guesses = self._present_guesses()
            if not self._is_shown or guesses is None:
                raise NotNow(
                    "expected a guess while the presenter asks, received one without a question",
                    "The presenter asks for no guess now.",
                )
            value = guesses.take(participant_id, accuracy)
            self._changed()
            return value

    def news(self, since: int = -1, before: int | None = None, with_values: bool = True) -> RoomNews:
        """Return what the room sees now.

        Args:
            since: number of a change, and `before` the newest run then: only later points of it are new.
            with_values: with all guesses; without them only after the run that they are for.
        """
        with self._lock:
            run, guesses = self._newest(), self._present_guesses()
            number = run.id if run else None
            if not self._is_shown:
                return RoomNews(self._change(), number, HIDDEN, HIDDEN)
            points = run.points_since(-1) if run else []
            is_over = guesses is not None and run is not None and guesses.run == run.id and not run.is_active
            shown = {
                "shown": True,
                "run": _shown_of(run) if run else None,
                "guesses": guesses.to_json(with_values or is_over) if guesses else None,
            }
            whole = shown | {"whole": True, "points": _rounded(_thinned(points))}
            news = whole
            if run and run.id == before:
                news = shown | {"whole": False, "points": _rounded(run.points_since(since))}
            return RoomNews(self._change(), number, news, whole)

    def _ask(self) -> None:
        run = self._newest()
        if run is not None and run.is_active:
            raise NotNow(
                "expected no active run, but one trains", "A run is training. Ask before the next one."
            )
        self._is_shown = True
        if self._guesses is None or not self._guesses.is_open:
            self._guesses = Guesses()

    def _stop_asking(self) -> None:
        if self._guesses is not None and self._guesses.is_open:
            self._guesses = None

    def _present_guesses(self) -> Guesses | None:
        """Return the guesses that are open, or for the newest run."""
        run, guesses = self._newest(), self._guesses
        if guesses is None or guesses.is_open:
            return guesses
        return guesses if run is not None and run.id == guesses.run else None


def _shown_of(run: Run) -> dict:
    summary = run.to_json()
    return {name: summary[name] for name in SHOWN}


def _thinned(points: list[list]) -> list[list]:
    """Drop every other point until few enough are left; the last one and, if possible, validations stay."""
    while len(points) > MOST_POINTS:
        last = len(points) - 1
        kept = [
            point
            for index, point in enumerate(points)
            if index % 2 == 0 or index == last or point[VALIDATION] is not None
        ]
        points = kept if len(kept) < len(points) else [*points[:last:2], points[last]]
    return points


def _rounded(points: list[list]) -> list[list]:
    return [[value and round(value, DIGITS) for value in point] for point in points]
