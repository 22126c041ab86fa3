"""The command line of train_model.py: its arguments, and how a card tells the command that made it."""

import argparse
import shlex
from pathlib import Path

from webapp.errors import SettingError
from webapp.nets.architectures import LADDER
from webapp.settings import ROOT

SEED = 8


def read_arguments() -> argparse.Namespace:
    """Return the command line's arguments. Raises SettingError where one cannot be used."""
    parser = argparse.ArgumentParser(description="Train the networks of the ladder.")
    add = parser.add_argument
    add("names", nargs="*", metavar="NAME", help=f"which: {', '.join(LADDER)} (default: all)")
    add("--data", type=Path, help="MNIST as mnist.npz (default: downloaded by Keras)")
    add("--ink", type=Path, help="pen digits to train on too, as JSON Lines")
    add("--not-digits", type=Path, help="symbols that are no digits, as JSON Lines")
    add("--out", type=Path, default=ROOT / "models", help="folder to write to (default: models)")
    add("--pictures", type=Path, default=ROOT / "docs" / "models", help="folder for the pictures")
    add("--work", type=Path, default=ROOT / ".training", help="folder for what a stopped run goes on from")
    add("--seed", type=int, default=SEED, help=f"of all that is random (default: {SEED})")
    add("--epochs", type=int, help="how often all is learnt from (default: each network's own recipe)")
    add("--quick", action="store_true", help="a smaller run, in about two minutes")
    arguments = parser.parse_args()
    check(arguments)
    return arguments


def check(arguments: argparse.Namespace) -> None:
    """Raise SettingError before hours of training are spent on what cannot end well."""
    unknown = [name for name in arguments.names if name not in LADDER]
    if unknown:
        raise SettingError(f"expected a name of {', '.join(LADDER)}, received {unknown[0]!r}")
    if arguments.epochs is not None and arguments.epochs < 1:
        raise SettingError(f"expected --epochs of 1 or more, received {arguments.epochs}")
    if not 0 <= arguments.seed < 2**32 - 1:
        raise SettingError(f"expected --seed from 0 to {2**32 - 2}, received {arguments.seed}")
    for folder in (arguments.out, arguments.pictures, arguments.work):
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise SettingError(f"expected a folder to write to at {folder}, but: {error.strerror}") from error


def command_for(name: str, arguments: argparse.Namespace) -> str:
    """Return the command that makes this network anew, with files named but not where they lay."""
    parts = ["python", "train_model.py", name]
    for option in ("data", "ink", "not_digits"):
        if path := getattr(arguments, option):
            parts += [f"--{option.replace('_', '-')}", path.name]
    parts += ["--seed", str(arguments.seed)] if arguments.seed != SEED else []
    parts += ["--epochs", str(arguments.epochs)] if arguments.epochs else []
    return shlex.join(parts + (["--quick"] if arguments.quick else []))
