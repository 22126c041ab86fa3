"""The lab: one run at a time, what pages see of it, and what the trainer says."""

import logging
import threading
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path

from webapp.errors import BadRequest, DatabaseUnavailable, NotNow, describe
from webapp.lab import runs
from webapp.lab.broadcast import Broadcast
from webapp.lab.digits import count_training
from webapp.lab.keras_program import keras_program
from webapp.lab.mnist_fetch import MnistFetch
from webapp.lab.networks import RunNetworks
from webapp.lab.pinned import PinnedDrawings, read_pinned
from webapp.lab.plan import plan, warnings_for
from webapp.lab.presets import PRESETS, STORIES
from webapp.lab.process_lock import ProcessLock
from webapp.lab.room_score import MOST_SCORED, LabeledDrawing, RoomScores
from webapp.lab.run_list import RunList
from webapp.lab.runs import PAUSED, TRAINING, WAITING, Run
from webapp.lab.spec import limits_json, read_spec
from webapp.lab.teacher import TEACHES, Teacher
from webapp.lab.trainer import Trainer, can_train
from webapp.lab.warm_trainer import WarmTrainer
from webapp.nets.store import ModelStore
from webapp.training.datasets import SAMPLE, find_mnist
from webapp.training.mnist_download import MNIST, RemoteFile

MOST_TITLE = 40  # characters
ACTIONS = {  # with the states of a run in which each is possible
    "pause": (WAITING, TRAINING),
    "resume": (PAUSED,),
    "step": runs.ACTIVE,
    "epoch": runs.ACTIVE,
    "stop": runs.ACTIVE,
}

logger = logging.getLogger(__name__)


class Lab:
    """Thread-safe.

    Args:
        folder: where runs are saved.
        kept_folder: where kept networks are copied to.
        data_folder: has mnist.npz, or not.
        store: gets each saved run.
        make_trainer: returns the process's control; Trainer except in tests.
        is_able: whether it can train; `can_train` except in tests.
        source: where MNIST is fetched from.

    Attributes:
        listeners: called by any thread after each change.
        trainer: starts and ends the trainer's process.
        broadcast: what wall and phones see.
        teacher: teaches a network the room's handwriting.
    """

    def __init__(
        self,
        folder: Path,
        kept_folder: Path,
        data_folder: Path,
        store: ModelStore,
        make_trainer: Callable[..., Trainer] = Trainer,
        is_able: Callable[[], bool] = can_train,
        source: RemoteFile = MNIST,
    ):
        self.listeners: list[Callable[[], None]] = []
        # Set by the application: returns at most so many of the newest labeled drawings of the room.
        self.read_room: Callable[[int], Sequence[LabeledDrawing]] = lambda _: []
        self._lock = threading.RLock()
        self._change = 0  # counts changes, for `news`
        self._saved = 0  # counts ends of saving a network, for pages
        self._scored = 0  # counts changes of the room's scores, for pages
        self._digits = find_mnist(data_folder)
        self._count = count_training(self._digits)
        self._pinned = PinnedDrawings()
        self._networks = RunNetworks(folder, kept_folder, store, self._describe_data()["title"])
        self._runs = RunList(self._networks, RoomScores(store))
        self._mnist = MnistFetch(data_folder, self._take_fetch, source)
        self.trainer = WarmTrainer(
            make_trainer(self._digits, self._take, self._take_exit),
            ProcessLock(folder / "process.lock"),
            self._lock,
            is_able=is_able,
            is_busy=self._is_busy,
            on_start=lambda: self.trainer.send(self._pinned.command),
            on_lab_taken=self._networks.delete_leftovers,
            changed=self._changed,
        )
        self.teacher = Teacher(
            self._lock, self._networks, store, self._hand_over, self.trainer.send, self._changed
        )
        self.broadcast = Broadcast(self._lock, lambda: self._runs.newest, self._changed, lambda: self._change)

    # --- what the page shows ---

    def state(self) -> dict:
        """Return status, data, choices, presets, stories and all runs."""
        with self._lock:
            found = [run.to_json() for run in self._runs]
            return {
                "status": self._shown_status(),
                "reason": self.trainer.reason,
                "data": self._describe_data(),
                "fetch": self._fetch_json(),
                "limits": limits_json(self._count),
                "presets": [preset.to_json(self._count) for preset in PRESETS],
                "stories": [story.to_json(self._count) for story in STORIES],
                "run": found[-1] if found else None,
                "runs": found,
                "room": self.broadcast.to_json(),
                "pinned": self._pinned.to_json(),
                "saved": self._saved,
                "scored": self._scored,
            }

    def news(self, since: int) -> tuple[int, dict]:
        """Return the number of the newest change, and what changed in the newest run since a change."""
        with self._lock:
            run = self._runs.newest
            found: dict = {"status": self._shown_status(), "reason": self.trainer.reason}
            found |= {"saved": self._saved, "scored": self._scored}
            found |= {"run": run and run.to_json(), "room": self.broadcast.to_json()}
            if run is not None:
                found |= {"points": run.points_since(since)} | run.parts_since(since)
            return self._change, found | {"fetch": self._fetch_json()}

    def detail(self, run_id: int) -> dict:
        """Return a run with its whole curve. Raises UnknownRun."""
        with self._lock:
            run = self._runs.find(run_id)
            parts = dict.fromkeys(runs.PARTS) | run.parts_since(-1)
            return {"run": run.to_json(), "points": run.points_since(-1)} | parts

    def check(self, value: object) -> dict:
        """Return layers, parameters, warnings and code of a spec. Raises BadSpec."""
        spec = read_spec(value, self._count)
        layers = plan(spec)
        return {
            "parameters": sum(layer.parameters for layer in layers),
            "layers": [asdict(layer) for layer in layers],
            "warnings": [asdict(caution) for caution in warnings_for(spec)],
            "code": keras_program(spec),
        }

    # --- the trainer ---

    def train(self, value: object) -> dict:
        """Start a run and return its summary.

        Args:
            value: {"spec", "title", "pause_after"}; the last one is "step" or "epoch", after which it pauses.

        Raises:
            BadSpec, BadRequest, NotNow, TrainerUnavailable.
        """
        given = value if isinstance(value, dict) else {}
        spec = read_spec(given.get("spec"), self._count)
        title = given.get("title", "")
        if not isinstance(title, str) or len(title) > MOST_TITLE:
            raise BadRequest(f"expected a title of at most {MOST_TITLE} characters")
        pause_after = given.get("pause_after")
        if pause_after not in (None, "step", "epoch"):
            raise BadRequest(f"expected pause_after as step, epoch or null, received {describe(pause_after)}")
        layers = plan(spec)
        with self._lock:
            self._open_free()
            run = self._runs.make(spec, sum(layer.parameters for layer in layers), title)
            command = {"command": "train", "run": run.id, "spec": spec.to_json(), "pause_after": pause_after}
            self.trainer.send(command | self._networks.save_command(run))
            self._runs.add(run)
            self.broadcast.begin(run.id)
            run.changed = self._changed()
            return run.to_json()

    def control(self, action: object) -> None:
        """Pause, resume, step, epoch or stop. Raises BadRequest, NotNow, TrainerUnavailable."""
        if not isinstance(action, str) or action not in ACTIONS:
            raise BadRequest(f"expected an action of {', '.join(ACTIONS)}")
        with self._lock:
            run = self._runs.newest
            if run is None or run.status not in ACTIONS[action]:
                raise NotNow(
                    f"expected a run to {action}, found {'none' if run is None else run.status}",
                    "There is no run that this would change.",
                )
            self.trainer.send({"command": action})
            if action != "pause" and run.status == PAUSED:
                run.status, run.changed = TRAINING, self._changed()

    def pin(self, drawings: object) -> None:
        """Predict these drawings at each point; see `read_pinned` for what they are and its errors."""
        found = read_pinned(drawings)
        with self._lock:
            self._pinned.replace(found)
            if self.trainer.is_running:
                self.trainer.send(self._pinned.command)
            run = self._runs.newest
            if run is not None and run.model is not None:
                rows = self._networks.predict(run.model, self._pinned.bitmaps)
                run.parts["pinned"] = (self._changed(), self._pinned.with_answers(rows))
            elif run is not None and not run.is_active:
                run.parts.pop("pinned", None)  # nothing can read the new ones

    @property
    def has_pinned(self) -> bool:
        return len(self._pinned) > 0

    def fetch_mnist(self) -> None:
        """Download all of MNIST, and use it. Raises NotNow while it runs, and if it is here already."""
        if self._digits != SAMPLE:
            raise NotNow("expected the sample, but all of MNIST is here", "All of MNIST is here already.")
        self._mnist.start()

    # --- finished runs ---

    def keep(self, run_id: int, name: object) -> str:
        """Keep the network of a run under a name, and return the name.

        Raises:
            UnknownRun. NotNow: it has no network yet. Those of RunNetworks.keep.
        """
        with self._lock:
            kept = self._networks.keep(self._runs.model_of(run_id), name)
            run = self._runs.find(run_id)
            run.kept_as, run.changed = kept, self._changed()
        return kept

    def discard(self, run_id: int) -> None:
        """Throw a run away; a copy that was kept stays. Raises UnknownRun, NotNow while it trains."""
        with self._lock:
            self._runs.discard(run_id)
            self._changed()

    def file(self, run_id: int, suffix: str) -> Path:
        """Return the path of the run's .keras or .tflite file. Raises UnknownRun, NotNow."""
        with self._lock:
            return self._networks.path(self._runs.model_of(run_id), suffix)

    def program(self, run_id: int) -> str:
        """Return the Keras program of a run. Raises UnknownRun."""
        with self._lock:
            return keras_program(self._runs.find(run_id).spec)

    def score_room(self) -> None:
        """Read the room's newest labeled drawings with the network of each run.

        So that runs are compared on the same drawings. Takes a second for 30 runs: not for the event loop.

        Raises:
            DatabaseUnavailable: the drawings cannot be read; the scores stay.
        """
        drawings = self.read_room(MOST_SCORED)
        with self._lock:
            scored = self._runs.with_networks()
        self._runs.score(scored, drawings)
        with self._lock:
            self._scored += 1
            self._changed()

    # --- events of the trainer, in its thread ---

    def _take(self, event: dict) -> None:
        with self._lock:
            if event["event"] == "ready":
                self.trainer.note_ready()
            elif event["event"] == "failed":
                self.trainer.note_failure(event["reason"])
            elif "teaching" in event:
                self.teacher.take(event)
                if not self.teacher.is_active:
                    self._use_fetched()
                    self.trainer.close_later()
            elif (run := self._runs.get(event["run"])) is not None:
                change = self._change + 1
                self._take_of_run(run, event, change)
            self._changed()

    def _take_of_run(self, run: Run, event: dict, change: int) -> None:
        if event["event"] == "update":
            rows, version = event.get("pinned") or [], event.get("pinned_version")
            run.update(event | {"pinned": self._pinned.with_answers(rows, version)}, change)
        elif event["event"] == "ended":
            run.end(event, change)
            self._use_fetched()
            self.trainer.close_later()
        else:
            run.reason = run.reason or event["reason"]
            self._end_saving(run)
            if event["model"] is not None and self._runs.add_network(run, event["model"]):
                threading.Thread(target=self._score_room, name="room-score", daemon=True).start()

    def _take_exit(self, reason: str) -> None:
        with self._lock:
            run = self._runs.active
            self.trainer.note_exit(None if self._is_busy() else reason)
            for each in self._runs:
                self._end_saving(each)
            if self.teacher.is_active:
                self.teacher.fail(reason)
            elif run is not None:
                run.end({"status": runs.FAILED, "reason": reason}, self._change + 1)
            self._use_fetched()
            self._changed()

    def _end_saving(self, run: Run) -> None:
        self._saved += run.is_saving
        run.is_saving = False

    def _score_room(self) -> None:
        try:
            self.score_room()
        except DatabaseUnavailable as error:
            logger.warning("The room's drawings cannot be read: %s", error)

    # --- MNIST, fetched in a thread ---

    def _take_fetch(self) -> None:
        with self._lock:
            self._use_fetched()
            self._changed()

    def _use_fetched(self) -> None:
        """Train on the fetched digits from now on, unless a run or a teaching still needs the sample."""
        if self._mnist.path is None or self._digits != SAMPLE or self._is_busy():
            return
        self._digits = self._mnist.path
        self._count = count_training(self._digits)
        self._networks.data = self._describe_data()["title"]
        self.trainer.use(self._digits)

    def _fetch_json(self) -> dict | None:
        """Return progress and outcome of the download; None if all of MNIST is in use."""
        return self._mnist.to_json() if self._digits == SAMPLE else None

    # --- parts ---

    def _open_free(self) -> None:
        """Start the trainer unless it runs. Raises NotNow while it trains, TrainerUnavailable."""
        if self._runs.active is not None:
            raise NotNow("expected no active run, but one trains", "A run is training. Stop it first.")
        if self.teacher.is_active:
            raise NotNow("expected no active teaching, but one trains", TEACHES)
        self.trainer.open()

    def _hand_over(self, command: dict) -> None:
        self._open_free()
        self.trainer.send(command)

    def _changed(self) -> int:
        """Count a change, call the listeners, and return its number."""
        self._change += 1
        for listener in self.listeners:
            listener()
        return self._change

    def _shown_status(self) -> str:
        run = self._runs.newest
        return run.status if run is not None and run.status in (TRAINING, PAUSED) else self.trainer.status

    def _is_busy(self) -> bool:
        """Whether a run or a teaching needs the trainer."""
        return self._runs.active is not None or self.teacher.is_active

    def _describe_data(self) -> dict:
        is_sample = self._digits == SAMPLE
        title = "MNIST, a sample" if is_sample else "MNIST"
        counts = {"train": self._count, "validation": self._count // 9}
        return {"title": title} | counts | {"test": 2_000 if is_sample else 10_000}
