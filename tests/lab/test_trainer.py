"""The trainer's process: it learns, obeys, repeats itself, and ends. Slow: it loads TensorFlow."""

import json
import queue
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import psutil
import pytest

from tests.waiting import TIMEOUT, wait_until
from webapp.errors import TrainerUnavailable
from webapp.lab.digits import load_digits
from webapp.lab.keras_program import keras_program
from webapp.lab.spec import CONV, HiddenLayer, LabSpec
from webapp.lab.trainer import KILLED, Trainer
from webapp.nets.cards import read_card
from webapp.nets.inspection.graph import read_graph
from webapp.nets.network import load_network
from webapp.settings import ROOT
from webapp.training.datasets import SAMPLE

pytestmark = pytest.mark.slow

SMALL = LabSpec(layers=(HiddenLayer(units=16),), samples=500, epochs=2)
CARD = {"title": "", "summary": "", "hidden_layers": 1, "data": [], "training": {}, "date": "2026-01-01"}


PROGRAMS = {
    "tutorial": LabSpec(samples=200, epochs=1),
    "everything": LabSpec(
        layers=(HiddenLayer(CONV, 4), HiddenLayer(units=8, activation="step", dropout=0.1)),
        samples=200,
        epochs=1,
        augment=True,
        wrong_labels=0.1,
        l2=1e-4,
        optimizer="momentum",
    ),
}
# Runs each program in a folder of its own. The sample stands in for MNIST, as long as the programs expect.
RUN_PROGRAMS = """
import json, os, sys, keras, numpy
with numpy.load(sys.argv[1]) as file:
    train = [numpy.resize(file[name], (54_100, *file[name].shape[1:])) for name in ("x_train", "y_train")]
    test = file["x_test"][:200], file["y_test"][:200]
keras.datasets.mnist.load_data = lambda: (train, test)
for name, program in json.loads(sys.argv[2]).items():
    os.mkdir(name)
    os.chdir(name)
    exec(program)
    os.chdir("..")
"""


class RunningTrainer:
    """A trainer whose events are queued."""

    def __init__(self, folder: Path, digits: Path = SAMPLE):
        self.folder = folder
        self.exits: queue.Queue[str] = queue.Queue()
        self._events: queue.Queue[dict] = queue.Queue()
        self.trainer = Trainer(digits, self._events.put, self.exits.put)
        self._runs = 0

    def event(self) -> dict:
        """Return the next event."""
        return self._events.get(timeout=TIMEOUT)

    def update(self) -> dict:
        """Return the next update; an earlier run may be saved meanwhile."""
        return self.events_until(lambda event: event["event"] == "update")[-1]

    def events_until(self, is_last: Callable[[dict], bool]) -> list[dict]:
        """Return the events up to the first one for which `is_last` is true."""
        found = [self.event()]
        while not is_last(found[-1]):
            found.append(self.event())
        return found

    def train(self, spec: LabSpec, **more: object) -> int:
        """Send the command to train, and return the number of the run."""
        self._runs += 1
        self.send_run(self._runs, spec, self.folder, **more)
        return self._runs

    def send_run(self, run: int, spec: LabSpec, folder: Path, **more: object) -> None:
        """Send the command to train, with the folder to save the network in."""
        command = {"command": "train", "run": run, "spec": spec.to_json()} | more
        self.trainer.send(command | {"folder": str(folder), "card": CARD | {"name": f"run-{run}"}})

    def control(self, action: str) -> None:
        self.trainer.send({"command": action})

    def saved(self) -> str:
        """Return the name of the newest run's network, once it is saved."""
        return self.save_of(self._runs)["model"]

    def save_of(self, run: int) -> dict:
        """Return the event that says how the network of a run was saved."""
        return self.events_until(lambda event: event["event"] == "saved" and event["run"] == run)[-1]

    def run(self, spec: LabSpec) -> list[dict]:
        """Train to the end, and return the events of this run."""
        number = self.train(spec)
        found = self.events_until(lambda event: event["event"] == "ended" and event["run"] == number)
        return [event for event in found if event["run"] == number]


def counted(running: RunningTrainer, samples: int) -> dict:
    """Train on as many digits for one epoch, and return how it ended."""
    return running.run(replace(SMALL, samples=samples, epochs=1, batch_size=1_000))[-1]


def trainers() -> list[psutil.Process]:
    """Return the trainers that this process has started and that still run."""
    return [each for each in psutil.Process().children() if "webapp.lab.training" in each.cmdline()]


def new_trainer(others: set[psutil.Process]) -> psutil.Process:
    """Return the trainer that runs beside others; a process has no command line just after its start."""
    (found,) = wait_until(lambda: set(trainers()) - others, "a new trainer")
    return found


@pytest.fixture(scope="module")
def running(tmp_path_factory) -> Iterator[RunningTrainer]:
    running = RunningTrainer(tmp_path_factory.mktemp("runs"))
    running.trainer.start()
    assert running.event() == {"event": "ready"}
    yield running
    running.trainer.stop()
    assert running.exits.empty()


def test_trainer_uses_another_file_after_a_run(tmp_path, data_folder):
    running = RunningTrainer(tmp_path)
    running.trainer.start()
    assert running.event() == {"event": "ready"}
    assert counted(running, 54_000)["status"] == "failed"  # the sample has 9,000
    running.run(SMALL)  # which has ended, but is not saved yet
    running.trainer.use(data_folder / "mnist.npz")
    assert running.saved() == "run-2"
    assert counted(running, 54_000)["status"] == "done"
    running.trainer.stop()


def test_run_learns_and_saves_a_network_that_the_server_can_use(running):
    *updates, ended = running.run(LabSpec())
    assert ended["status"] == "done"
    assert ended["test_accuracy"] > 0.9
    assert [each["step"] for each in updates[:2]] == [0, 1]
    assert updates[0]["weights"]["count"] == 32  # before any step
    assert updates[-1]["step"] == 3 * 282
    assert updates[-1]["val_accuracy"] > 0.9
    assert updates[-1]["weights"]["count"] == 32
    assert [each["layer"] for each in updates[-1]["gradients"]] == ["hidden_1", "hidden_2", "digit"]
    assert sum(map(sum, updates[-1]["confusion"])) == 1_000
    name = running.saved()
    network = load_network(running.folder / f"{name}.keras", read_card(running.folder, name))
    test = load_digits(SAMPLE).test
    is_right = [one.digit == label for one, label in zip(network(test.bitmaps), test.labels, strict=True)]
    assert np.mean(is_right) == pytest.approx(ended["test_accuracy"], abs=0.002)


def test_same_seed_gives_the_same_curve_and_weights(running):
    spec = LabSpec(layers=(HiddenLayer(units=16, dropout=0.3),), samples=500, augment=True, wrong_labels=0.2)
    curves, weights = [], []
    for _ in range(2):
        running.train(spec)
        running.control("step")  # so that both runs look at the same steps
        steps = running.events_until(lambda event: event.get("status") == "paused")
        running.control("epoch")
        steps += running.events_until(lambda event: event.get("status") == "paused")
        running.control("stop")
        name = running.saved()
        paused = [each for each in steps if each.get("status") == "paused"]
        curves.append([(each["step"], each["loss"], each["val_loss"]) for each in paused])
        weights.append(read_graph(running.folder / f"{name}.keras")["hidden_1"].kernel.tobytes())
    assert curves[0] == curves[1]
    assert [step for step, *_ in curves[0]] == [1, 16]
    assert weights[0] == weights[1]


def test_controls_pause_step_and_stop(running):
    running.train(LabSpec(epochs=50))
    running.events_until(lambda event: event.get("step", 0) > 4)
    running.control("pause")
    paused = running.events_until(lambda event: event.get("status") == "paused")[-1]
    for number in (1, 2):
        running.control("step")
        assert running.update()["step"] == paused["step"] + number
    running.control("epoch")
    epoch_end = running.events_until(lambda event: event.get("status") == "paused")[-1]
    assert epoch_end["epoch"] == 1.0
    running.control("resume")
    running.events_until(lambda event: event.get("step", 0) > epoch_end["step"])
    running.control("stop")
    ended = running.events_until(lambda event: event["event"] == "ended")[-1]
    assert (ended["status"], ended["reason"]) == ("stopped", None)
    assert (running.folder / f"{running.saved()}.tflite").is_file()


@pytest.fixture(scope="module")
def stepped(running) -> tuple[list[dict], str]:
    """The events of a run with a step function, and the name of its network."""
    events = running.run(LabSpec(layers=(HiddenLayer(units=16, activation="step"),), samples=500))
    return events, running.saved()


def test_step_activation_is_trained_saved_and_inspected(running, stepped):
    events, name = stepped
    assert events[-1]["status"] == "done"
    assert read_graph(running.folder / f"{name}.keras")["hidden_1"].activation == "step"


def test_gradient_does_not_pass_a_step(stepped):
    *_, last, _ = stepped[0]
    assert [each["norm"] == 0 for each in last["gradients"]] == [True, False]


def test_loss_that_is_no_number_ends_the_run_with_the_reason(running):
    spec = LabSpec(optimizer="sgd", learning_rate=100.0, l2=1.0)
    *updates, ended = running.run(spec)
    assert ended["status"] == "failed"
    assert "learning rate" in ended["reason"]
    assert updates  # the curve is kept


def test_wrong_labels_alone_teach_wrong_digits(running):
    *updates, ended = running.run(LabSpec(layers=(HiddenLayer(units=16),), samples=2_000, wrong_labels=1.0))
    assert ended["status"] == "done"
    assert updates[-1]["val_accuracy"] < 0.1  # worse than chance
    assert ended["test_accuracy"] < 0.1


@pytest.mark.parametrize("amount", ["step", "epoch"])
def test_run_starts_with_one_step_or_epoch_and_pauses(running, amount):
    running.train(SMALL, pause_after=amount)
    updates = running.events_until(lambda event: event.get("status") == "paused")
    assert updates[-1]["step"] == {"step": 1, "epoch": 16}[amount]
    running.control("stop")
    assert running.saved()


def test_convolutions_are_trained(running):
    layers = (HiddenLayer(CONV, 4, size=5), HiddenLayer(units=16, dropout=0.2))
    *updates, ended = running.run(LabSpec(layers=layers, samples=500))
    assert ended["status"] == "done"
    assert updates[-1]["weights"] | {"pixels": ""} == {"count": 4, "side": 5, "pixels": ""}


def test_full_disk_is_a_reason(running, tmp_path):
    blocker = tmp_path / "file"
    blocker.write_text("")
    running.send_run(99, SMALL, blocker / "lab")
    saved = running.save_of(99)
    assert saved["model"] is None
    assert "could not be saved" in saved["reason"]


def test_process_has_a_low_priority(running):
    (child,) = trainers()
    assert child.nice() > psutil.Process().nice()


def test_killed_process_is_noticed_and_started_again(tmp_path):
    running = RunningTrainer(tmp_path)
    for _ in range(2):
        others = set(trainers())
        running.trainer.start()
        new_trainer(others).kill()
        assert running.exits.get(timeout=TIMEOUT) == KILLED
        with pytest.raises(TrainerUnavailable):
            running.control("stop")


def test_process_ends_with_the_server(tmp_path):
    script = "\n".join(
        [
            "from pathlib import Path",
            "from webapp.lab.trainer import Trainer",
            f"trainer = Trainer(Path({str(SAMPLE)!r}), lambda event: None, lambda code: None)",
            "trainer.start()",
            "print(trainer._process.pid, flush=True)",
            "import os, signal; os.kill(os.getpid(), signal.SIGKILL)",
        ]
    )
    result = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, cwd=ROOT)
    pid = int(result.stdout)
    wait_until(lambda: not psutil.pid_exists(pid) or psutil.Process(pid).status() == psutil.STATUS_ZOMBIE)


def test_damaged_digits_are_reported(tmp_path):
    path = tmp_path / "mnist.npz"
    path.write_bytes(b"no archive")
    running = RunningTrainer(tmp_path, path)
    running.trainer.start()
    assert "mnist.npz" in running.event()["reason"]
    running.exits.get(timeout=TIMEOUT)


@pytest.fixture(scope="module")
def programs(tmp_path_factory) -> tuple[Path, str]:
    """The folder in which all programs have run, and what they printed."""
    folder = tmp_path_factory.mktemp("programs")
    texts = {name: keras_program(spec) for name, spec in PROGRAMS.items()}
    result = subprocess.run(
        [sys.executable, "-c", RUN_PROGRAMS, str(SAMPLE), json.dumps(texts)],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=TIMEOUT,
    )
    assert result.returncode == 0, result.stderr[-2000:]
    return folder, result.stdout


@pytest.mark.parametrize("name", PROGRAMS)
def test_program_runs(programs, name):
    folder, printed = programs
    assert printed.count("of the test digits are right") == len(PROGRAMS)
    assert (folder / name / "digits.keras").is_file()
