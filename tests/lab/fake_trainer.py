"""A trainer without a process: tests read its commands and send its events."""

from collections.abc import Callable
from pathlib import Path

from tests.fakes import write_model
from webapp.errors import TrainerUnavailable
from webapp.lab.trainer import explain_exit


class FakeTrainer:
    """Takes the same arguments as Trainer, and records the commands."""

    def __init__(self, digits: Path, on_event: Callable[[dict], None], on_exit: Callable[[str], None]):
        self.digits = digits
        self.event = on_event
        self.exit = on_exit
        self.commands: list[dict] = []
        self.is_running = False

    def start(self) -> None:
        self.is_running = True

    def send(self, command: dict) -> None:
        if not self.is_running:
            raise TrainerUnavailable("it does not run")
        self.commands.append(command)

    def use(self, digits: Path) -> None:
        self.digits = digits

    def stop(self) -> None:
        self.is_running = False

    def kill(self) -> None:
        """End as a killed process does."""
        self.is_running = False
        self.exit(explain_exit(-9, ""))

    def update(self, run: int = 1, **changes: object) -> None:
        """Send an update of a run."""
        update = {"event": "update", "run": run, "status": "training", "step": 1, "epoch": 0.1}
        values = {"seconds": 0.1, "seconds_left": 1.0, "loss": 2.3, "accuracy": 0.1}
        self.event(update | values | changes)

    def finish_teaching(
        self, readings: Callable[[dict], list[int]], status: str = "done", reason: str | None = None
    ) -> None:
        """End the newest teaching.

        Args:
            readings: returns [before, after] for a drawing of the command.
            reason: why the network could not be saved; None if it was.
        """
        command = next(each for each in reversed(self.commands) if each["command"] == "teach")
        number = {"teaching": command["teaching"]}
        scores = {"samples": 2_000, "before": 0.99, "after": 0.985}
        result = {
            "readings": [readings(each) for each in command["drawings"]],
            "mnist": scores,
            "seconds": 9.5,
        }
        self.event({"event": "ended", "status": status, "reason": None, "result": result} | number)
        name = command["card"]["name"]
        if reason is None:
            Path(command["folder"]).mkdir(parents=True, exist_ok=True)
            changes = {key: value for key, value in command["card"].items() if key != "name"}
            write_model(Path(command["folder"]), name, **changes)
        self.event({"event": "saved", "model": None if reason else name, "reason": reason} | number)

    def finish(self, run: int = 1, status: str = "done", reason: str | None = None) -> None:
        """End a run, with a network unless it failed."""
        ended = {"event": "ended", "run": run, "status": status, "reason": reason}
        if status != "failed":
            command = next(each for each in self.commands if each.get("run") == run)
            folder, name = Path(command["folder"]), command["card"]["name"]
            folder.mkdir(parents=True, exist_ok=True)
            write_model(folder, name)
            self.event(ended | {"test_accuracy": 0.9})
            self.event({"event": "saved", "run": run, "model": name, "reason": None})
        else:
            self.event(ended)
