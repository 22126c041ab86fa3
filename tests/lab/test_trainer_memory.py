"""A trainer that runs out of memory: the lab says so, and trains again. Slow: it loads TensorFlow."""

import sys
from collections.abc import Callable, Iterator

import psutil
import pytest

from tests.lab.test_trainer import new_trainer, trainers
from tests.waiting import wait_until
from webapp.lab import trainer
from webapp.lab.lab import Lab
from webapp.lab.spec import CONV, HiddenLayer, LabSpec
from webapp.lab.trainer import ENDED, KILLED, NO_MEMORY, explain_exit

TOO_LITTLE = 600_000_000  # bytes of address space; TensorFlow's library alone is larger
LEFT = 700_000_000  # bytes for a network of which a layer alone needs 822 MB
WIDE = HiddenLayer(CONV, 256, size=9, pool=False)
LARGE = LabSpec(layers=(WIDE,), batch_size=1024, samples=1_024, epochs=1)
SMALL = LabSpec(layers=(), samples=100, epochs=1)

on_linux = pytest.mark.skipif(sys.platform != "linux", reason="only Linux limits the address space")


@pytest.fixture
def lab(store, tmp_path) -> Iterator[Lab]:
    """A lab with a real trainer."""
    lab = Lab(tmp_path / "lab", tmp_path / "kept", tmp_path, store)
    yield lab
    lab.trainer.close()


def wait_for(lab: Lab, is_so: Callable[[dict], bool]) -> dict:
    """Return the state once `is_so` of it."""
    wait_until(lambda: is_so(lab.state()))
    return lab.state()


@pytest.mark.parametrize(
    ("code", "text", "reason"),
    [
        (-9, "", KILLED),
        (-6, "", KILLED),
        (-6, "terminate called after throwing an instance of 'std::bad_alloc'", NO_MEMORY),
        (1, "ImportError: libtensorflow_cc.so.2: failed to map segment from shared object", NO_MEMORY),
        (1, "ModuleNotFoundError: No module named 'keras'", ENDED),
    ],
)
def test_end_of_the_process_is_explained(code, text, reason):
    assert explain_exit(code, text) == reason


@on_linux
@pytest.mark.slow
def test_trainer_that_cannot_start_for_lack_of_memory_says_so(lab, monkeypatch):
    monkeypatch.setattr(trainer, "MODULE", "tests.lab.limited_trainer")
    monkeypatch.setenv("LIMIT", str(TOO_LITTLE))
    for _ in range(2):
        lab.trainer.open()
        state = wait_for(lab, lambda state: state["status"] == "failed")
        assert state["reason"] == NO_MEMORY


@on_linux
@pytest.mark.slow
def test_network_that_needs_too_much_memory_fails_and_the_next_one_trains(lab):
    others = set(trainers())
    lab.trainer.open()
    process = new_trainer(others)
    wait_for(lab, lambda state: state["status"] == "idle")
    _, hard = process.rlimit(psutil.RLIMIT_AS)
    process.rlimit(psutil.RLIMIT_AS, (process.memory_info().vms + LEFT, hard))
    lab.train({"spec": LARGE.to_json()})
    run = wait_for(lab, lambda state: state["run"]["status"] == "failed")["run"]
    assert "memory" in run["reason"]
    if process.is_running():  # else TensorFlow has aborted, and the next run starts a process
        process.rlimit(psutil.RLIMIT_AS, (hard, hard))
    lab.train({"spec": SMALL.to_json()})
    assert wait_for(lab, lambda state: state["run"]["model"] is not None)["run"]["status"] == "done"
