"""train_model.py as people run it: in a process of its own, stopped and started again."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from webapp.nets.cards import FIELDS, check_file, read_card
from webapp.settings import ROOT

pytestmark = pytest.mark.slow
PATIENCE = 300  # seconds for anything before a test fails
EPOCHS = 2  # one before it is stopped, and one after


@pytest.fixture(scope="module")
def small_data(data_folder, tmp_path_factory) -> Path:
    """The first digits of MNIST, and every 30th ink."""
    folder = tmp_path_factory.mktemp("data")
    with np.load(data_folder / "mnist.npz") as mnist:
        np.savez(folder / "mnist.npz", **{name: mnist[name][:500] for name in mnist.files})
    for name in ("pen_digits.jsonl", "not_digits.jsonl"):
        lines = (data_folder / name).read_bytes().splitlines(keepends=True)
        (folder / name).write_bytes(b"".join(lines[::30]))
    return folder


@pytest.fixture(scope="module")
def undisturbed(small_data, tmp_path_factory) -> Path:
    """A folder with what a run that nobody stopped has written."""
    folder = tmp_path_factory.mktemp("undisturbed")
    process = start("shallow", "--epochs", EPOCHS, *with_ink(small_data), folder=folder)
    output = process.communicate(timeout=PATIENCE)[0]
    assert process.returncode == 0, output
    return folder


def with_ink(data: Path) -> list:
    return ["--data", data / "mnist.npz", "--ink", data / "pen_digits.jsonl",
            "--not-digits", data / "not_digits.jsonl"]  # fmt: skip


@pytest.fixture
def ctrl_c_reaches_children() -> Iterator[None]:
    """Let SIGINT through to processes started here, also where the tests themselves run in the background."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


def start(*arguments: object, folder: Path) -> subprocess.Popen:
    """Start a quick training that writes into `folder` alone."""
    places = ["--out", folder / "models", "--pictures", folder / "pictures", "--work", folder / "work"]
    return subprocess.Popen(
        [sys.executable, "train_model.py", "--quick", *map(str, [*places, *arguments])],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,  # a group of its own, as a terminal gives it, to send Ctrl-C to
    )


def wait_for(pattern: str, folder: Path, process: subprocess.Popen) -> None:
    """Wait until a file of that pattern is in `folder`."""
    tick, give_up_at = threading.Event(), time.monotonic() + PATIENCE
    while not list(folder.glob(pattern)):
        assert process.poll() is None, f"ended before {pattern} was there: {process.stdout.read()}"
        assert time.monotonic() < give_up_at, f"expected {pattern} in {folder}"
        tick.wait(0.01)


def weights_of(path: Path) -> list[np.ndarray]:
    import keras

    return keras.models.load_model(path, compile=False).get_weights()


def test_run_writes_a_model_its_card_and_its_picture(undisturbed):
    card = read_card(undisturbed / "models", "shallow")
    check_file(undisturbed / "models" / "shallow.keras", card["sha256"])
    check_file(undisturbed / "models" / "shallow.tflite", card["tflite_sha256"])
    assert set(FIELDS) <= set(card)
    assert card["training"]["epochs"] == len(card["evaluation"]["curves"]["loss"]) == EPOCHS
    assert [entry["name"] for entry in card["data"]] == ["MNIST", "pen_digits", "not_digits", "scribbles"]
    picture = (undisturbed / "pictures" / "shallow.png").read_bytes()
    assert picture.startswith(b"\x89PNG")


def test_run_learns_something(undisturbed):
    card = read_card(undisturbed / "models", "shallow")
    assert card["scores"]["mnist_test"] > 0.6
    assert card["scores"]["is_digit_auroc"] > 0.7
    loss = card["evaluation"]["curves"]["loss"]
    assert loss[-1] < loss[0]


def test_run_leaves_nothing_but_pools_behind(undisturbed):
    assert {path.suffix for path in (undisturbed / "work").iterdir()} == {".npy"}
    written = sorted(path.name for path in (undisturbed / "models").iterdir())
    assert written == ["shallow.json", "shallow.keras", "shallow.tflite"]


def test_card_tells_the_command_that_made_it(undisturbed, small_data):
    command = read_card(undisturbed / "models", "shallow")["training"]["command"]
    assert command == (
        "python train_model.py shallow --data mnist.npz --ink pen_digits.jsonl "
        f"--not-digits not_digits.jsonl --epochs {EPOCHS} --quick"
    )


@pytest.mark.usefixtures("ctrl_c_reaches_children")
def test_run_stopped_by_ctrl_c_goes_on_to_the_same_weights(undisturbed, small_data, tmp_path):
    command = ("shallow", "--epochs", EPOCHS, *with_ink(small_data))
    first = start(*command, folder=tmp_path)
    wait_for("work/shallow-*/trained/[1-9].weights.h5", tmp_path, first)
    os.killpg(first.pid, signal.SIGINT)
    output = first.communicate(timeout=PATIENCE)[0]
    assert first.returncode == 130
    assert "Traceback" not in output
    assert output.rstrip().endswith("Stopped. The same command goes on from the last whole epoch.")
    assert list((tmp_path / "models").iterdir()) == []
    assert not list(tmp_path.rglob("*.part*"))

    again = start(*command, folder=tmp_path)
    assert again.wait(PATIENCE) == 0, again.stdout.read()
    again.stdout.close()
    resumed, whole = (weights_of(folder / "models" / "shallow.keras") for folder in (tmp_path, undisturbed))
    assert all(map(np.array_equal, resumed, whole))
    cards = [read_card(folder / "models", "shallow") for folder in (tmp_path, undisturbed)]
    assert cards[0]["evaluation"]["curves"] == cards[1]["evaluation"]["curves"]


def test_run_without_ink_gives_a_model_too(small_data, tmp_path):
    process = start("linear", "--epochs", 1, "--data", small_data / "mnist.npz", folder=tmp_path)
    output = process.communicate(timeout=PATIENCE)[0]
    assert process.returncode == 0, output
    card = json.loads((tmp_path / "models" / "linear.json").read_text("utf-8"))
    assert list(card["scores"]) == ["mnist_test"]
    assert "oneDNN" not in output  # nor anything else of what TensorFlow notes when it starts
    assert "absl" not in output


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["cubic"], "expected a name of linear, shallow, deep, conv, received 'cubic'"),
        (["--data", "nothing.npz"], "No such file"),
    ],
)
def test_bad_arguments_end_in_one_sentence(arguments, sentence, tmp_path):
    process = start(*arguments, folder=tmp_path)
    output = process.communicate(timeout=PATIENCE)[0]
    last = output.splitlines()[-1]
    assert process.returncode == 2
    assert last.startswith("train_model.py: ")
    assert sentence in last
    assert "Traceback" not in output
