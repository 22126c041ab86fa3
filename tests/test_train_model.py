"""Run train_model.py in a subprocess, interrupt it and resume it."""

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from tests.waiting import TIMEOUT, wait_until
from webapp.nets.cards import FIELDS, check_file, read_card
from webapp.settings import ROOT

pytestmark = pytest.mark.slow
EPOCHS = 2  # one before the interruption, one after


@pytest.fixture(scope="module")
def small_data(data_folder, tmp_path_factory) -> Path:
    """The first 500 digits of MNIST and every 30th ink."""
    folder = tmp_path_factory.mktemp("data")
    with np.load(data_folder / "mnist.npz") as mnist:
        np.savez(folder / "mnist.npz", **{name: mnist[name][:500] for name in mnist.files})
    for name in ("pen_digits.jsonl", "not_digits.jsonl"):
        lines = (data_folder / name).read_bytes().splitlines(keepends=True)
        (folder / name).write_bytes(b"".join(lines[::30]))
    return folder


@pytest.fixture(scope="module")
def completed_run(small_data, tmp_path_factory) -> Path:
    """A folder with the output of a run that was not interrupted."""
    folder = tmp_path_factory.mktemp("completed")
    process = start("shallow", "--epochs", EPOCHS, *with_ink(small_data), folder=folder)
    output = process.communicate(timeout=TIMEOUT)[0]
    assert process.returncode == 0, output
    return folder


def with_ink(data: Path) -> list:
    return ["--data", data / "mnist.npz", "--ink", data / "pen_digits.jsonl",
            "--not-digits", data / "not_digits.jsonl"]  # fmt: skip


@pytest.fixture
def default_sigint_handler() -> Iterator[None]:
    """Restore the default SIGINT handler, which background shells replace, for child processes."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


def start(*arguments: object, folder: Path) -> subprocess.Popen:
    """Start a quick training run that writes only to `folder`."""
    folders = ["--out", folder / "models", "--pictures", folder / "pictures", "--work", folder / "work"]
    return subprocess.Popen(
        [sys.executable, "train_model.py", "--quick", *map(str, [*folders, *arguments])],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,  # a process group that can receive SIGINT
    )


def wait_for(pattern: str, folder: Path, process: subprocess.Popen) -> None:
    """Wait until a file of that pattern is in `folder`."""
    ended = wait_until(
        lambda: list(folder.glob(pattern)) or process.poll() is not None,
        f"{pattern} in {folder}",
        interval=0.01,
    )
    assert ended is not True, f"ended before {pattern} was there: {process.stdout.read()}"


def weights_of(path: Path) -> list[np.ndarray]:
    import keras

    return keras.models.load_model(path, compile=False).get_weights()


def test_run_writes_model_card_and_picture(completed_run):
    card = read_card(completed_run / "models", "shallow")
    check_file(completed_run / "models" / "shallow.keras", card["sha256"])
    check_file(completed_run / "models" / "shallow.tflite", card["tflite_sha256"])
    assert set(FIELDS) <= set(card)
    assert card["training"]["epochs"] == len(card["evaluation"]["curves"]["loss"]) == EPOCHS
    assert [entry["name"] for entry in card["data"]] == [
        "MNIST",
        "pen_digits",
        "not_digits",
        "synthetic negatives",
    ]
    picture = (completed_run / "pictures" / "shallow.png").read_bytes()
    assert picture.startswith(b"\x89PNG")


def test_run_reduces_the_loss(completed_run):
    card = read_card(completed_run / "models", "shallow")
    assert card["scores"]["mnist_test"] > 0.6
    assert card["scores"]["is_digit_auroc"] > 0.7
    loss = card["evaluation"]["curves"]["loss"]
    assert loss[-1] < loss[0]


def test_run_leaves_only_pools_in_the_work_folder(completed_run):
    assert {path.suffix for path in (completed_run / "work").iterdir()} == {".npy"}
    written = sorted(path.name for path in (completed_run / "models").iterdir())
    assert written == ["shallow.json", "shallow.keras", "shallow.tflite"]


def test_card_records_the_training_command(completed_run, small_data):
    command = read_card(completed_run / "models", "shallow")["training"]["command"]
    assert command == (
        "python train_model.py shallow --data mnist.npz --ink pen_digits.jsonl "
        f"--not-digits not_digits.jsonl --epochs {EPOCHS} --quick"
    )


@pytest.mark.usefixtures("default_sigint_handler")
def test_run_resumed_after_ctrl_c_ends_with_the_same_weights(completed_run, small_data, tmp_path):
    command = ("shallow", "--epochs", EPOCHS, *with_ink(small_data))
    first = start(*command, folder=tmp_path)
    wait_for("work/shallow-*/trained/[1-9].weights.h5", tmp_path, first)
    os.killpg(first.pid, signal.SIGINT)
    output = first.communicate(timeout=TIMEOUT)[0]
    assert first.returncode == 130
    assert "Traceback" not in output
    assert output.rstrip().endswith("Stopped. The same command continues from the last complete epoch.")
    assert list((tmp_path / "models").iterdir()) == []
    assert not list(tmp_path.rglob("*.part*"))

    again = start(*command, folder=tmp_path)
    assert again.wait(TIMEOUT) == 0, again.stdout.read()
    again.stdout.close()
    resumed, uninterrupted = (
        weights_of(folder / "models" / "shallow.keras") for folder in (tmp_path, completed_run)
    )
    assert all(map(np.array_equal, resumed, uninterrupted))
    cards = [read_card(folder / "models", "shallow") for folder in (tmp_path, completed_run)]
    assert cards[0]["evaluation"]["curves"] == cards[1]["evaluation"]["curves"]


def test_evaluation_replaces_the_scores_of_a_card_alone(completed_run, small_data, tmp_path):
    before = read_card(completed_run / "models", "shallow")
    shutil.copytree(completed_run / "models", tmp_path / "models")
    stale = before | {"scores": dict.fromkeys(before["scores"], 0.5)}
    (tmp_path / "models" / "shallow.json").write_text(json.dumps(stale), "utf-8")
    process = start("shallow", "--evaluate", *with_ink(small_data), folder=tmp_path)
    output = process.communicate(timeout=TIMEOUT)[0]
    assert process.returncode == 0, output
    after = read_card(tmp_path / "models", "shallow")
    assert after["scores"] == pytest.approx(before["scores"], abs=1e-4)
    assert after["evaluation"].keys() == before["evaluation"].keys()
    assert {**after, "scores": 0, "evaluation": 0} == {**before, "scores": 0, "evaluation": 0}
    for suffix in ("keras", "tflite"):
        old, new = (folder / "models" / f"shallow.{suffix}" for folder in (completed_run, tmp_path))
        assert old.read_bytes() == new.read_bytes()


def test_evaluation_requires_the_data_of_the_scores(completed_run, small_data, tmp_path):
    shutil.copytree(completed_run / "models", tmp_path / "models")
    process = start("shallow", "--evaluate", "--data", small_data / "mnist.npz", folder=tmp_path)
    assert "expected the data sets of the card of shallow" in process.communicate(timeout=TIMEOUT)[0]
    assert process.returncode == 2
    assert read_card(tmp_path / "models", "shallow") == read_card(completed_run / "models", "shallow")


def test_run_without_ink_trains_a_model(small_data, tmp_path):
    process = start("linear", "--epochs", 1, "--data", small_data / "mnist.npz", folder=tmp_path)
    output = process.communicate(timeout=TIMEOUT)[0]
    assert process.returncode == 0, output
    card = json.loads((tmp_path / "models" / "linear.json").read_text("utf-8"))
    assert list(card["scores"]) == ["mnist_test"]
    assert "oneDNN" not in output  # TensorFlow's startup messages are suppressed
    assert "absl" not in output


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["cubic"], "expected a name of linear, shallow, deep, conv, received 'cubic'"),
        (["--data", "nothing.npz"], "No such file"),
    ],
)
def test_bad_arguments_exit_with_one_line(arguments, sentence, tmp_path):
    process = start(*arguments, folder=tmp_path)
    output = process.communicate(timeout=TIMEOUT)[0]
    last = output.splitlines()[-1]
    assert process.returncode == 2
    assert last.startswith("train_model.py: ")
    assert sentence in last
    assert "Traceback" not in output
