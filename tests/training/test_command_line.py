"""Arguments that cannot end well are refused before the training, and a card tells its own command."""

import sys

import pytest

from webapp.errors import SettingError

pytestmark = pytest.mark.slow  # the names of the networks come with Keras


@pytest.fixture
def read(monkeypatch, tmp_path):
    """Return a function that reads arguments as train_model.py does, for temporary folders."""
    from webapp.training.command_line import read_arguments

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
def test_read_arguments_refuses_what_cannot_be_used(read, arguments, sentence):
    with pytest.raises(SettingError, match=sentence):
        read(*arguments)


def test_read_arguments_makes_the_folders(read):
    arguments = read("conv")
    assert all(folder.is_dir() for folder in (arguments.out, arguments.pictures, arguments.work))


@pytest.mark.parametrize(
    "options", ["", " --seed 9", " --epochs 3 --quick", " --data mnist.npz --ink 'my pen.jsonl' --quick"]
)
def test_command_for_gives_the_command_back(read, options):
    import shlex

    from webapp.training.command_line import command_for

    assert command_for("deep", read("deep", *shlex.split(options))) == f"python train_model.py deep{options}"


def test_command_for_does_not_tell_where_files_lay(read, tmp_path):
    from webapp.training.command_line import command_for

    command = command_for("conv", read("--data", str(tmp_path / "mnist.npz")))
    assert command == "python train_model.py conv --data mnist.npz"
