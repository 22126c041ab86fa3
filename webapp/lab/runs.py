"""The runs of the lab: what is known of each, and what has changed since a page last asked."""

import time
from dataclasses import dataclass, field
from typing import Any

from webapp.lab.room_score import RoomScore
from webapp.lab.spec import LabSpec

WAITING, TRAINING, PAUSED = "waiting", "training", "paused"
DONE, STOPPED, FAILED = "done", "stopped", "failed"
ACTIVE = (WAITING, TRAINING, PAUSED)
PARTS = ("weights", "pinned", "confusion", "gradients")  # parts of a run that replace the ones before
MOST_POINTS = 6_000  # of a curve; then every second one is dropped


@dataclass
class Run:
    """One training. Its lab's lock protects it.

    Attributes:
        points: [step, epoch, loss, accuracy, validation loss, validation accuracy], with their change number.
        parts: newest value by name of PARTS, with its change number.
        changed: change number of the run itself.
        model: name in the model store once it is saved.
        is_saving: whether it has ended and its network is not saved yet.
        room_score: of the room's labeled drawings; None without a network or without drawings.
    """

    id: int
    spec: LabSpec
    steps: int
    parameters: int
    status: str = WAITING
    reason: str | None = None
    model: str | None = None
    is_saving: bool = False
    kept_as: str | None = None
    title: str = ""
    progress: dict[str, Any] = field(default_factory=lambda: {"step": 0, "epoch": 0.0, "seconds": 0.0})
    test_accuracy: float | None = None
    room_score: RoomScore | None = None
    points: list[tuple[int, list]] = field(default_factory=list)
    parts: dict[str, tuple[int, Any]] = field(default_factory=dict)
    changed: int = 0
    started_at: float = field(default_factory=time.time)

    @property
    def is_active(self) -> bool:
        return self.status in ACTIVE

    def to_json(self) -> dict:
        """Return the summary of the run."""
        loss, accuracy, val_loss, val_accuracy = self._newest()
        return {
            "id": self.id,
            "title": self.title or self.spec.title,
            "spec": self.spec.to_json(),
            "status": self.status,
            "reason": self.reason,
            "parameters": self.parameters,
            "step": self.progress["step"],
            "steps": self.steps,
            "epoch": int(self.progress["epoch"]),
            "epochs": self.spec.epochs,
            "seconds": self.progress["seconds"],
            "seconds_left": self.progress.get("seconds_left"),
            "loss": loss,
            "accuracy": accuracy,
            "val_loss": val_loss,
            "val_accuracy": val_accuracy,
            "test_accuracy": self.test_accuracy,
            "room_score": self.room_score and self.room_score.to_json(),
            "model": self.model,
            "is_saving": self.is_saving,
            "kept_as": self.kept_as,
        }

    def update(self, event: dict, change: int) -> None:
        """Take an "update" event of the trainer."""
        self.status = event["status"]
        self.changed = change
        self.progress = {name: event[name] for name in ("step", "epoch", "seconds", "seconds_left")}
        values = [event.get(name) for name in ("loss", "accuracy", "val_loss", "val_accuracy")]
        if any(value is not None for value in values):
            self._add_point([event["step"], event["epoch"], *values], change)
        for name in PARTS:
            if event.get(name) is not None:
                self.parts[name] = (change, event[name])

    def end(self, event: dict, change: int) -> None:
        """Take an "ended" event of the trainer."""
        self.status, self.reason, self.changed = event["status"], event["reason"], change
        self.is_saving = self.status != FAILED
        self.test_accuracy = event.get("test_accuracy")
        self.progress = self.progress | {"seconds_left": None}

    def points_since(self, change: int) -> list[list]:
        """Return the points after a change number."""
        return [point for number, point in self.points if number > change]

    def parts_since(self, change: int) -> dict[str, Any]:
        """Return the parts that changed after a change number."""
        return {name: value for name, (number, value) in self.parts.items() if number > change}

    def _add_point(self, point: list, change: int) -> None:
        if self.points and self.points[-1][1][0] == point[0]:  # the same step, looked at again
            before = self.points.pop()[1]
            point = [old if new is None else new for old, new in zip(before, point, strict=True)]
        self.points.append((change, point))
        if len(self.points) > MOST_POINTS:
            self.points = self.points[::2]

    def _newest(self) -> list[float | None]:
        """Return the newest known loss, accuracy, validation loss and validation accuracy."""
        columns = range(2, 6)
        return [
            next((point[column] for _, point in reversed(self.points) if point[column] is not None), None)
            for column in columns
        ]
