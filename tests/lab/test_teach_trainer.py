"""The trainer's process teaches: it learns pen digits, keeps MNIST, obeys and saves. Slow: TensorFlow."""

import base64
from collections.abc import Iterator

import numpy as np
import pytest

from tests.handwriting import digits_by_writer
from tests.lab.test_trainer import CARD, RunningTrainer
from webapp.ink.bitmap import to_bitmap
from webapp.lab.spec import HiddenLayer, LabSpec
from webapp.nets.cards import read_card
from webapp.nets.network import load_network
from webapp.settings import ROOT

pytestmark = pytest.mark.slow

BASE = LabSpec(layers=(HiddenLayer(units=64),), samples=6_000, epochs=2)


@pytest.fixture(scope="module")
def running(tmp_path_factory) -> Iterator[RunningTrainer]:
    """A trainer that has saved the network run-1, which has seen no pen digit."""
    running = RunningTrainer(tmp_path_factory.mktemp("taught"))
    running.trainer.start()
    running.events_until(lambda event: event["event"] == "ready")
    running.train(BASE)
    assert running.saved() == "run-1"
    yield running
    running.trainer.stop()


@pytest.fixture(scope="module")
def drawings(data_folder) -> list[dict]:
    """Pen digits of 20 writers, those of 6 held out."""
    found = digits_by_writer(data_folder / "pen_digits.jsonl", 20, 10)
    return [
        _to_json(sample, number < 6) for number, samples in enumerate(found.values()) for sample in samples
    ]


def _to_json(sample, is_held_out: bool) -> dict:
    bitmap = base64.b64encode(to_bitmap(sample.strokes).tobytes()).decode()
    value = {"label": sample.label, "bitmap": bitmap}
    return value if is_held_out else value | {"strokes": [stroke.tolist() for stroke in sample.strokes]}


def teach(running: RunningTrainer, drawings: list[dict], number: int, **changes) -> None:
    command = {
        "command": "teach",
        "teaching": number,
        "base": str(running.folder / "run-1.keras"),
        "drawings": drawings,
        "wrong_labels": 0.0,
        "seed": 1,
        "folder": str(running.folder),
        "card": CARD | {"name": f"taught-{number}"},
    }
    running.trainer.send(command | changes)


def ended(running: RunningTrainer, number: int) -> dict:
    return running.events_until(lambda event: event["event"] == "ended" and event.get("teaching") == number)[
        -1
    ]


def saved(running: RunningTrainer, number: int) -> dict:
    return running.events_until(lambda event: event["event"] == "saved" and event.get("teaching") == number)[
        -1
    ]


def accuracies(drawings: list[dict], event: dict, is_taught: bool) -> np.ndarray:
    """Return the shares of drawings that are read right before and after."""
    readings, labels = np.array(event["result"]["readings"]), np.array([each["label"] for each in drawings])
    chosen = np.array([("strokes" in each) == is_taught for each in drawings])
    return (readings[chosen] == labels[chosen, None]).mean(axis=0)


@pytest.fixture(scope="module")
def learned(running, drawings) -> dict:
    """The end of a teaching with the right labels."""
    teach(running, drawings, 1)
    return ended(running, 1)


def test_pen_digits_are_learned_and_mnist_is_kept(running, drawings, learned):
    event = learned
    assert event["status"] == "done"
    before, after = accuracies(drawings, event, is_taught=True)
    assert after > before
    before, after = accuracies(drawings, event, is_taught=False)
    assert after >= before - 0.02  # of 60 drawings: not worse by more than one
    mnist = event["result"]["mnist"]
    assert mnist["after"] >= mnist["before"] - 0.01
    assert event["result"]["seconds"] <= 60
    name = saved(running, 1)["model"]
    network = load_network(running.folder / f"{name}.keras", read_card(running.folder, name))
    bitmaps = [np.frombuffer(base64.b64decode(each["bitmap"]), np.uint8) for each in drawings]
    readings = [prediction.digit for prediction in network(np.array(bitmaps).reshape(-1, 28, 28))]
    assert np.mean(readings == np.array(event["result"]["readings"])[:, 1]) > 0.99


def test_poisoned_labels_make_it_worse(running, drawings, learned):
    teach(running, drawings, 2, wrong_labels=1.0)
    event = ended(running, 2)
    assert event["status"] == "done"
    before, after = accuracies(drawings, event, is_taught=True)
    assert after < before - 0.05
    _, after = accuracies(drawings, event, is_taught=False)
    _, expected = accuracies(drawings, learned, is_taught=False)
    assert after < expected  # of people whose labels were not touched, too


def test_stop_keeps_what_was_learned(running, drawings):
    teach(running, drawings, 3)
    running.events_until(lambda event: event.get("teaching") == 3 and event["event"] == "update")
    running.control("stop")
    event = ended(running, 3)
    assert event["status"] == "stopped"
    assert len(event["result"]["readings"]) == len(drawings)
    assert saved(running, 3)["model"] == "taught-3"


def test_full_disk_is_a_reason(running, drawings, tmp_path):
    blocker = tmp_path / "file"
    blocker.write_text("")
    teach(running, drawings[:80], 4, folder=str(blocker / "lab"))
    event = saved(running, 4)
    assert event["model"] is None
    assert "could not be saved" in event["reason"]


def test_altered_base_is_not_taught(running, drawings, tmp_path):
    for suffix in (".keras", ".json"):
        (tmp_path / f"run-1{suffix}").write_bytes((running.folder / f"run-1{suffix}").read_bytes())
    (tmp_path / "run-1.keras").write_bytes(b"altered")
    teach(running, drawings[:80], 5, base=str(tmp_path / "run-1.keras"))
    event = ended(running, 5)
    assert event["status"] == "failed"
    assert event["reason"]


def test_network_with_is_digit_keeps_rejecting_what_is_no_digit(running, drawings):
    teach(running, drawings[:80], 6, base=str(ROOT / "models" / "shallow.keras"))
    assert ended(running, 6)["status"] == "done"
    name = saved(running, 6)["model"]
    network = load_network(running.folder / f"{name}.keras", read_card(running.folder, name))
    cross = to_bitmap([np.array([[0.0, 0.0], [100.0, 100.0]]), np.array([[0.0, 100.0], [100.0, 0.0]])])
    (prediction,) = network(cross[None])
    assert prediction.is_digit is not None
    assert prediction.is_digit < 0.5
