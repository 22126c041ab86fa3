"""One process holds the lock, until it releases it or ends, however it ends."""

import subprocess
import sys

import pytest

from webapp.lab.process_lock import ProcessLock
from webapp.settings import ROOT

HOLD = """
import pathlib, sys
from webapp.lab.process_lock import ProcessLock
print(ProcessLock(pathlib.Path(sys.argv[1])).acquire(), flush=True)
sys.stdin.read()
"""


@pytest.fixture
def path(tmp_path):
    return tmp_path / "lab" / "process.lock"


def test_lock_is_held_by_one_until_it_is_released(path):
    one, other = ProcessLock(path), ProcessLock(path)
    assert not other.is_elsewhere
    assert not path.exists()  # who only looks makes no file
    assert one.acquire()
    assert one.acquire()
    assert (one.is_held, one.is_elsewhere, other.is_held, other.is_elsewhere) == (True, False, False, True)
    assert not other.acquire()
    one.release()
    assert not other.is_elsewhere
    assert other.acquire()
    assert one.is_elsewhere


def test_lock_of_a_killed_process_is_free(path):
    arguments = [sys.executable, "-c", HOLD, str(path)]
    with subprocess.Popen(arguments, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout.readline() == b"True\n"
        lock = ProcessLock(path)
        assert lock.is_elsewhere
        assert not lock.acquire()
        process.kill()
        process.wait()
    assert not lock.is_elsewhere
    assert lock.acquire()
    lock.release()


def test_folder_that_cannot_be_made_does_not_prevent_training(tmp_path):
    (tmp_path / "file").write_text("")
    lock = ProcessLock(tmp_path / "file" / "process.lock")
    assert not lock.is_elsewhere
    assert lock.acquire()
