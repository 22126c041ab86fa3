"""The lab: one trainer, one run at a time, and the runs so far."""

import logging
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path

from webapp.errors import (
    BadRequest,
    DatabaseUnavailable,
    InkwiseError,
    NotNow,
    TrainerUnavailable,
    UnknownModel,
    UnknownRun,
    describe,
)
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
from webapp.lab.runs import PAUSED, TRAINING, WAITING, Run
from webapp.lab.spec import limits_json, read_spec
from webapp.lab.teacher import TEACHES, Teacher
from webapp.lab.trainer import INSTALL, Trainer, can_train
from webapp.nets.store import ModelStore
from webapp.training.datasets import SAMPLE, find_mnist
from webapp.training.mnist_download import MNIST, RemoteFile

OFF, STARTING, IDLE, FAILED = "off", "starting", "idle", "failed"
MOST_RUNS = 30  # then the oldest one is thrown away
MOST_TITLE = 40  # characters
ELSEWHERE = (
    "Another server process of this room has the lab. The lab and teaching work with one server process: "
    "stop the others, then open this page again."
)
UNUSED = 60.0  # seconds after the last page was closed until the trainer's process ends
ACTIONS = {  # with the states of a run in which each is possible
    "pause": (WAITING, TRAINING),
    "resume": (PAUSED,),
    "step": runs.ACTIVE,
    "epoch": runs.ACTIVE,
    "stop": runs.ACTIVE,
}

logger = logging.getLogger(__name__)


class Lab:
    """Thread-safe. Of the processes that share a folder the first that starts its trainer has the lab.

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
        broadcast: what wall and phones see.
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
        self._digits = find_mnist(data_folder)
        self._count = count_training(self._digits)
        self._networks = RunNetworks(folder, kept_folder, store, self._describe_data()["title"])
        self._process_lock = ProcessLock(folder / "process.lock")
        if not self._process_lock.is_elsewhere:
            self._networks.delete_leftovers()
        self._room_scores = RoomScores(store)
        self._trainer = make_trainer(self._digits, self._take, self._take_exit)
        self._mnist = MnistFetch(data_folder, self._take_fetch, source)
        self._is_able = is_able
        self._lock = threading.RLock()
        self.teacher = Teacher(
            self._lock, self._networks, store, self._hand_over, self._trainer.send, self._changed
        )
        self._status, self._reason = OFF, None if is_able() else INSTALL
        self._runs: dict[int, Run] = {}
        self._last_id = 0
        self._change = 0  # counts changes, for `news`
        self.broadcast = Broadcast(self._lock, self._newest, self._changed, lambda: self._change)
        self._saved = 0  # counts ends of saving a network, for pages
        self._scored = 0  # counts changes of the room's scores, for pages
        self._pinned = PinnedDrawings()
        self._pages = 0  # open event streams
        self._closing: threading.Timer | None = None

    # --- what the page shows ---

    def state(self) -> dict:
        """Return status, data, choices, presets, stories and all runs."""
        with self._lock:
            found = [run.to_json() for run in self._runs.values()]
            return {
                "status": self._shown_status(),
                "reason": self._shown_reason(),
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
            run = self._newest()
            found: dict = {"status": self._shown_status(), "reason": self._shown_reason()}
            found |= {"saved": self._saved, "scored": self._scored}
            found |= {"run": run and run.to_json(), "room": self.broadcast.to_json()}
            if run is not None:
                found |= {"points": run.points_since(since)} | run.parts_since(since)
            return self._change, found | {"fetch": self._fetch_json()}

    def detail(self, run_id: int) -> dict:
        """Return a run with its whole curve. Raises UnknownRun."""
        with self._lock:
            run = self._find(run_id)
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

    def open(self) -> None:
        """Start the trainer unless it runs. Raises TrainerUnavailable."""
        with self._lock:
            if not self._is_able():
                raise TrainerUnavailable("expected TensorFlow and Keras, found them not installed", INSTALL)
            self._take_lab()
            if not self._trainer.is_running:
                self._status, self._reason = STARTING, None
                self._trainer.start()
                self._trainer.send(self._pinned.command)
                self._changed()

    def add_page(self) -> None:
        """Count an open page: the trainer stays warm while there is one."""
        with self._lock:
            self._pages += 1
            if self._closing is not None:
                self._closing.cancel()
                self._closing = None

    def remove_page(self) -> None:
        """Uncount a page; the trainer ends a minute after the last one, or after its run."""
        with self._lock:
            self._pages -= 1
            self._close_later()

    def close(self) -> None:
        """End the trainer, at the end of the server, and let another process have the lab."""
        self._trainer.stop()
        with self._lock:
            self._process_lock.release()

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
            self._drop_oldest()
            self._last_id += 1
            steps = -(-spec.samples // spec.batch_size) * spec.epochs
            parameters = sum(layer.parameters for layer in layers)
            run = Run(self._last_id, spec, steps, parameters, title=title)
            command = {"command": "train", "run": run.id, "spec": spec.to_json(), "pause_after": pause_after}
            self._trainer.send(command | self._networks.save_command(run))
            self._runs[run.id] = run
            self.broadcast.begin(run.id)
            run.changed = self._changed()
            return run.to_json()

    def control(self, action: object) -> None:
        """Pause, resume, step, epoch or stop. Raises BadRequest, NotNow, TrainerUnavailable."""
        if not isinstance(action, str) or action not in ACTIONS:
            raise BadRequest(f"expected an action of {', '.join(ACTIONS)}")
        with self._lock:
            run = self._newest()
            if run is None or run.status not in ACTIONS[action]:
                raise NotNow(
                    f"expected a run to {action}, found {'none' if run is None else run.status}",
                    "There is no run that this would change.",
                )
            self._trainer.send({"command": action})
            if action != "pause" and run.status == PAUSED:
                run.status, run.changed = TRAINING, self._changed()

    def pin(self, drawings: object) -> None:
        """Predict these drawings at each point; see `read_pinned` for what they are and its errors."""
        found = read_pinned(drawings)
        with self._lock:
            self._pinned.replace(found)
            if self._trainer.is_running:
                self._trainer.send(self._pinned.command)
            run = self._newest()
            if run is not None and run.model is not None:
                rows = self._networks.predict(run.model, self._pinned.bitmaps)
                run.parts["pinned"] = (self._changed(), self._pinned.with_answers(rows))
            elif run is not None and not run.is_active:
                run.parts.pop("pinned", None)  # nothing can read the new ones

    @property
    def unavailable(self) -> str | None:
        """Why this process cannot train, or None."""
        if not self._is_able():
            return INSTALL
        return ELSEWHERE if self.is_elsewhere else None

    @property
    def is_elsewhere(self) -> bool:
        """Whether another process of this room has the lab."""
        with self._lock:
            return self._process_lock.is_elsewhere

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
            run = self._find(run_id)
            kept = self._networks.keep(self._model(run), name)
            run.kept_as, run.changed = kept, self._changed()
        return kept

    def discard(self, run_id: int) -> None:
        """Throw a run away; a copy that was kept stays. Raises UnknownRun, NotNow while it trains."""
        with self._lock:
            run = self._find(run_id)
            if run.is_active:
                raise NotNow("expected a run that has ended, received one that trains")
            self._remove(run)
            self._changed()

    def file(self, run_id: int, suffix: str) -> Path:
        """Return the path of the run's .keras or .tflite file. Raises UnknownRun, NotNow."""
        with self._lock:
            return self._networks.path(self._model(self._find(run_id)), suffix)

    def program(self, run_id: int) -> str:
        """Return the Keras program of a run. Raises UnknownRun."""
        with self._lock:
            return keras_program(self._find(run_id).spec)

    def score_room(self) -> None:
        """Read the room's newest labeled drawings with the network of each run.

        So that runs are compared on the same drawings. Takes a second for 30 runs: not for the event loop.

        Raises:
            DatabaseUnavailable: the drawings cannot be read; the scores stay.
        """
        drawings = self.read_room(MOST_SCORED)
        with self._lock:
            scored = [(run, run.model) for run in self._runs.values() if run.model is not None]
        for run, model in scored:
            with suppress(UnknownModel):  # thrown away meanwhile
                run.room_score = self._room_scores.score(model, drawings)
        with self._lock:
            self._scored += 1
            self._changed()

    # --- events of the trainer, in its thread ---

    def _take(self, event: dict) -> None:
        with self._lock:
            if event["event"] == "ready":
                self._status, self._reason = IDLE, None
            elif event["event"] == "failed":
                self._status, self._reason = FAILED, event["reason"]
            elif "teaching" in event:
                self.teacher.take(event)
                if not self.teacher.is_active:
                    self._use_fetched()
                    self._close_later()
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
            self._close_later()
        else:
            run.reason = run.reason or event["reason"]
            self._end_saving(run)
            if event["model"] is not None:
                self._use(run, event["model"])

    def _take_exit(self, reason: str) -> None:
        with self._lock:
            run = self._newest()
            for each in self._runs.values():
                self._end_saving(each)
            if self._status != FAILED:
                self._status, self._reason = OFF, None
            if self.teacher.is_active:
                self.teacher.fail(reason)
                self._use_fetched()
            elif run is not None and run.is_active:
                run.end({"status": runs.FAILED, "reason": reason}, self._change + 1)
                self._use_fetched()
            elif self._status == OFF:
                self._status, self._reason = FAILED, reason
            self._changed()

    def _end_saving(self, run: Run) -> None:
        self._saved += run.is_saving
        run.is_saving = False

    def _use(self, run: Run, name: str) -> None:
        try:
            self._networks.add(name)
        except InkwiseError as error:
            logger.warning("The network of run %d cannot be used: %s", run.id, error)
            run.reason = f"Its network cannot be used: {error.message}"
            return
        run.model = name
        threading.Thread(target=self._score_room, name="room-score", daemon=True).start()

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
        run = self._newest()
        is_training = (run is not None and run.is_active) or self.teacher.is_active
        if self._mnist.path is None or self._digits != SAMPLE or is_training:
            return
        self._digits = self._mnist.path
        self._count = count_training(self._digits)
        self._networks.data = self._describe_data()["title"]
        self._trainer.use(self._digits)

    def _fetch_json(self) -> dict | None:
        """Return progress and outcome of the download; None if all of MNIST is in use."""
        return self._mnist.to_json() if self._digits == SAMPLE else None

    # --- parts ---

    def _open_free(self) -> None:
        """Start the trainer unless it runs. Raises NotNow while it trains, TrainerUnavailable."""
        if (run := self._newest()) is not None and run.is_active:
            raise NotNow("expected no active run, but one trains", "A run is training. Stop it first.")
        if self.teacher.is_active:
            raise NotNow("expected no active teaching, but one trains", TEACHES)
        self.open()

    def _take_lab(self) -> None:
        """Raise TrainerUnavailable if another process has the lab."""
        was_held = self._process_lock.is_held
        if not self._process_lock.acquire():
            raise TrainerUnavailable("expected no other process with the lab, found one", ELSEWHERE)
        if not was_held:
            self._networks.delete_leftovers()

    def _hand_over(self, command: dict) -> None:
        self._open_free()
        self._trainer.send(command)

    def _changed(self) -> int:
        """Count a change, call the listeners, and return its number."""
        self._change += 1
        for listener in self.listeners:
            listener()
        return self._change

    def _shown_reason(self) -> str | None:
        return ELSEWHERE if self._process_lock.is_elsewhere else self._reason

    def _shown_status(self) -> str:
        run = self._newest()
        return run.status if run is not None and run.status in (TRAINING, PAUSED) else self._status

    def _newest(self) -> Run | None:
        return self._runs[max(self._runs)] if self._runs else None

    def _find(self, run_id: int) -> Run:
        if run_id not in self._runs:
            raise UnknownRun(f"expected a run of this lab, received {run_id}")
        return self._runs[run_id]

    def _describe_data(self) -> dict:
        is_sample = self._digits == SAMPLE
        title = "MNIST, a sample" if is_sample else "MNIST"
        counts = {"train": self._count, "validation": self._count // 9}
        return {"title": title} | counts | {"test": 2_000 if is_sample else 10_000}

    def _drop_oldest(self) -> None:
        if len(self._runs) >= MOST_RUNS:
            self._remove(self._runs[min(self._runs)])

    def _remove(self, run: Run) -> None:
        del self._runs[run.id]
        if run.model is not None:
            self._networks.remove(run.model)
            self._room_scores.forget(run.model)

    def _model(self, run: Run) -> str:
        if run.model is None:
            raise NotNow(
                "expected a run with a network, received one without", "This run has no network yet."
            )
        return run.model

    def _close_later(self) -> None:
        """End the trainer in a minute if no page is open and nothing trains."""
        if self._pages > 0 or self._closing is not None:
            return
        self._closing = threading.Timer(UNUSED, self._close_unused)
        self._closing.daemon = True
        self._closing.start()

    def _close_unused(self) -> None:
        with self._lock:
            self._closing = None
            run = self._newest()
            if self._pages > 0 or (run is not None and run.is_active) or self.teacher.is_active:
                return
            self._status = OFF
            self._changed()
        self._trainer.stop()
