"""The trainer's process has a temporary folder of its own, which is removed however the process ends."""

import json
import os
import queue
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from tests.waiting import TIMEOUT, wait_until
from webapp.errors import TrainerUnavailable
from webapp.lab import trainer
from webapp.lab.trainer import FOLDER_PREFIX, Trainer
from webapp.settings import ROOT


@pytest.fixture
def temporary(tmp_path, monkeypatch) -> Path:
    """The folder for temporary folders; the process is one that leaves a file in its own."""
    monkeypatch.setattr(trainer, "MODULE", "tests.lab.idle_trainer")
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


class Started:
    """A running process that has left a file in its `folder`.

    Args:
        may_go_on: until it is set, the thread that reads the process's events waits.
    """

    def __init__(self, temporary: Path, may_go_on: threading.Event):
        self._events: queue.Queue[dict] = queue.Queue()
        self._may_go_on = may_go_on
        self.exits: queue.Queue[str] = queue.Queue()
        self.trainer = Trainer(temporary / "digits", self._take, self.exits.put)
        self.trainer.start()
        self.folder = Path(self._events.get(timeout=TIMEOUT)["folder"])
        assert (self.folder.parent, self.folder.name.startswith(FOLDER_PREFIX)) == (temporary, True)
        assert (self.folder / "left.py").is_file()

    def _take(self, event: dict) -> None:
        self._events.put(event)
        self._may_go_on.wait(TIMEOUT)


@pytest.fixture
def held() -> Iterator[threading.Event]:
    """Holds the thread of a process until the end of the test."""
    event = threading.Event()
    yield event
    event.set()


def test_folder_of_a_killed_process_is_removed(temporary, held):
    held.set()
    started = Started(temporary, held)
    started.trainer._process.kill()
    started.exits.get(timeout=TIMEOUT)
    assert not started.folder.exists()


def test_stop_removes_the_folder_without_the_thread(temporary, held):
    started = Started(temporary, held)
    started.trainer.stop()
    assert not started.folder.exists()


@pytest.mark.skipif(sys.platform == "win32", reason="no SIGSTOP")
def test_folder_of_a_process_that_does_not_stop_is_removed(temporary, held, monkeypatch):
    started = Started(temporary, held)
    started.trainer._process.send_signal(signal.SIGSTOP)  # it does not see the end of its stdin
    monkeypatch.setattr(trainer, "STOP_TIMEOUT", 0.1)
    started.trainer.stop()
    assert not started.folder.exists()


def test_folder_of_a_process_that_cannot_start_is_removed(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setattr(trainer.sys, "executable", str(tmp_path / "no-python"))
    with pytest.raises(TrainerUnavailable):
        Trainer(tmp_path, print, print).start()
    assert list(tmp_path.iterdir()) == []


def test_full_disk_is_said_when_the_process_is_started(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "missing"))
    with pytest.raises(TrainerUnavailable, match="expected to start"):
        Trainer(tmp_path, print, print).start()


@pytest.mark.slow
def test_trainer_of_a_killed_server_removes_its_folder(tmp_path):
    lines = [
        "import os, pathlib, signal",
        "from webapp.lab.trainer import Trainer",
        "trainer = Trainer(pathlib.Path(), print, print)",
        "trainer.start()",
        "print(trainer._process.pid, flush=True)",
        "os.kill(os.getpid(), signal.SIGKILL)",
    ]
    environment = {**os.environ, "TMPDIR": str(tmp_path)}
    command = [sys.executable, "-c", "\n".join(lines)]
    result = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, env=environment)
    pid = int(result.stdout)
    wait_until(lambda: not psutil.pid_exists(pid) or psutil.Process(pid).status() == psutil.STATUS_ZOMBIE)
    assert list(tmp_path.iterdir()) == []


def test_process_reads_commands_while_it_imports_tensorflow(tmp_path):
    (tmp_path / "tensorflow.py").write_text("import threading\nthreading.Event().wait()\n")
    process = subprocess.Popen(
        [sys.executable, "-m", "webapp.lab.training", "digits.npz"],
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(tmp_path)},
        stdin=subprocess.PIPE,
    )
    command = json.dumps({"command": "teach", "drawings": "x" * 1_000_000}) + "\n"

    def send() -> None:
        process.stdin.write(command.encode())
        process.stdin.close()

    try:
        sending = threading.Thread(target=send, daemon=True)
        sending.start()
        sending.join(TIMEOUT)
        assert not sending.is_alive()
        assert process.wait(TIMEOUT) == 0  # the process ends with its stdin, also now
    finally:
        process.kill()
        process.wait()
