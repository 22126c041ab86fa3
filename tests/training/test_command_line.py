"""Invalid arguments are rejected before training, and cards record their command."""

import sys

import pytest

from webapp.errors import SettingError

pytestmark = pytest.mark.slow  # the names of the networks come with Keras


@pytest.fixture
def read(monkeypatch, tmp_path):
    """Return a function that reads arguments as train_model.py does, for temporary folders."""
    from webapp.training.config import read_arguments

    folders = ("out", "pictures", "work")

    def read(*arguments: str):
        places = [part for name in folders for part in (f"--{name}", str(tmp_path / name))]
        monkeypatch.setattr(sys, "argv", ["train_model.py", *places, *arguments])
        return read_arguments()

    return read


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["conv", "cubic"], "expected a name of linear, shallow, deep, conv, received 'cubic'"),
        (["--epochs", "0"], "expected --epochs of 1 or more, received 0"),
        (["--seed", "-1"], "expected --seed from 0 to"),
        (["--out", __file__], "expected a folder to write to"),
    ],
)
def test_read_arguments_rejects_invalid_values(read, arguments, sentence):
    with pytest.raises(SettingError, match=sentence):
        read(*arguments)


def test_read_arguments_creates_the_folders(read):
    arguments = read("conv")
    assert all(folder.is_dir() for folder in (arguments.out, arguments.pictures, arguments.work))


@pytest.mark.parametrize(
    "options",
    [
        "",
        " --seed 9",
        " --epochs 3 --quick",
        " --data mnist.npz --ink 'my pen.jsonl' other.jsonl --not-digits no.jsonl --leave-kinds-out --quick",
    ],
)
def test_command_for_reproduces_the_command(read, options):
    import shlex

    from webapp.training.config import command_for

    assert command_for("deep", read("deep", *shlex.split(options))) == f"python train_model.py deep{options}"


def test_command_for_omits_folders(read, tmp_path):
    from webapp.training.config import command_for

    command = command_for("conv", read("--data", str(tmp_path / "mnist.npz")))
    assert command == "python train_model.py conv --data mnist.npz"
