"""One teaching: its progress, and what it changed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from webapp.lab.runs import DONE, FAILED, STOPPED, TRAINING, WAITING
from webapp.nets.network import DIGITS

MOST_CHANGES = 60  # drawings that the page shows
ACTIVE = (WAITING, TRAINING)
ENDED = (DONE, STOPPED, FAILED)


class Used(NamedTuple):
    """A drawing that was taught or held out."""

    id: str
    participant_id: str
    label: int
    is_held_out: bool


class Change(NamedTuple):
    """A drawing that is read right by one of both networks; a reading of 10 is no digit."""

    drawing: Used
    before: int
    after: int

    @property
    def is_better(self) -> bool:
        return self.after == self.drawing.label

    def to_json(self, strokes: list) -> dict:
        """Return it for the page; null stands for a reading as no digit."""
        before, after = (None if reading == DIGITS else reading for reading in (self.before, self.after))
        found = {"label": self.drawing.label, "before": before, "after": after}
        return found | {"is_held_out": self.drawing.is_held_out, "strokes": strokes}


@dataclass
class Teaching:
    """A network being taught, or that was. Its lab's lock protects it.

    Attributes:
        drawings: in the order in which the trainer got them.
        model: name in the model store once it is saved.
        changes: those read right by one of both networks, held-out people first.
    """

    id: int
    base: str
    wrong_labels: float
    drawings: Sequence[Used]
    status: str = WAITING
    reason: str | None = None
    model: str | None = None
    kept_as: str | None = None
    seconds: float = 0.0
    seconds_left: float | None = None
    share_done: float = 0.0
    scores: dict[str, dict] = field(default_factory=dict)
    changes: list[Change] = field(default_factory=list)

    @property
    def is_active(self) -> bool:
        return self.status in ACTIVE

    @property
    def shown_changes(self) -> list[Change]:
        """The changes that the page shows."""
        return self.changes[:MOST_CHANGES]

    def update(self, event: Mapping) -> None:
        """Take an "update" event of the trainer."""
        self.status = event["status"]
        self.seconds, self.seconds_left = event["seconds"], event["seconds_left"]
        self.share_done = event["share_done"]

    def end(self, event: Mapping) -> None:
        """Take an "ended" event of the trainer."""
        self.status, self.reason, self.seconds_left = event["status"], event["reason"], None
        if event.get("result"):
            self._take_result(event["result"])

    def add_reason(self, reason: str | None) -> None:
        """Add a sentence to the reason, unless it is None."""
        self.reason = " ".join(filter(None, (self.reason, reason))) or None

    def to_json(self, used_model: str, thumbnails: Mapping[str, list]) -> dict:
        """Return it for the page.

        Args:
            used_model: name of the default model.
            thumbnails: strokes by id of drawing; changes of other drawings, deleted ones, are left out.
        """
        changes = [
            each.to_json(thumbnails[each.drawing.id])
            for each in self.shown_changes
            if each.drawing.id in thumbnails
        ]
        return {
            "id": self.id,
            "status": self.status,
            "reason": self.reason,
            "base": self.base,
            "wrong_labels": self.wrong_labels,
            "seconds": self.seconds,
            "seconds_left": self.seconds_left,
            "share_done": self.share_done,
            "model": self.model,
            "is_used": self.model is not None and self.model == used_model,
            "kept_as": self.kept_as,
            "result": self.scores | {"changes": changes} if self.scores else None,
        }

    def _take_result(self, result: Mapping) -> None:
        self.seconds = result["seconds"]
        pairs = list(zip(self.drawings, result["readings"], strict=True))
        self.scores = {
            "held_out": _scores([pair for pair in pairs if pair[0].is_held_out]),
            "mnist": result["mnist"],
            "taught": _scores([pair for pair in pairs if not pair[0].is_held_out]),
        }
        changed = [
            Change(drawing, before, after)
            for drawing, (before, after) in pairs
            if (before == drawing.label) != (after == drawing.label)
        ]
        self.changes = sorted(changed, key=lambda change: not change.drawing.is_held_out)


def _scores(pairs: Sequence[tuple[Used, Sequence[int]]]) -> dict:
    """Return the number of drawings, and the shares read right before and after."""
    right = [sum(readings[column] == used.label for used, readings in pairs) for column in (0, 1)]
    count = max(len(pairs), 1)
    return {"samples": len(pairs), "before": right[0] / count, "after": right[1] / count}
