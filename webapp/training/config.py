"""Training configuration: the hyperparameters of each network, and the command line of train_model.py."""

import argparse
import shlex
from dataclasses import dataclass, replace
from pathlib import Path

from webapp.errors import SettingError
from webapp.settings import ROOT

SEED = 8


@dataclass(frozen=True)
class TrainingConfig:
    """Hyperparameters of one network."""

    epochs: int
    mnist: int  # MNIST digits in an epoch
    pen: int  # pen digits in an epoch, most of them augmented
    negatives: int  # drawings in an epoch that are not digits
    variations: int = 24  # of each pen digit and symbol, rasterized before training
    synthetic_negatives: int = 36_000  # rasterized before training
    strength: float = 1.0  # of the augmentation of bitmaps, see augmentation/images.py
    batch_size: int = 128
    learning_rate: float = 3e-3  # the maximum of the schedule
    weight_decay: float = 1e-2
    batch_norm: bool = True
    fine_tune_epochs: int = 0  # with little augmentation and a low learning rate, see train_model.py
    weight_average: float = 0.0  # momentum of the moving average of the weights in fine-tuning, 0 for none


CONFIGS = {
    "linear": TrainingConfig(12, 60_000, 56_000, 30_000, strength=0.3, weight_decay=1e-4, batch_norm=False),
    "shallow": TrainingConfig(24, 60_000, 56_000, 30_000, weight_decay=1e-3),
    "deep": TrainingConfig(48, 60_000, 56_000, 30_000, weight_decay=1e-3),
    "conv": TrainingConfig(36, 60_000, 56_000, 30_000, fine_tune_epochs=10, weight_average=0.9995),
}


def config_for(name: str, arguments: argparse.Namespace) -> TrainingConfig:
    """Return the configuration of a network, with the changes that the command line asks for."""
    config = quick(CONFIGS[name]) if arguments.quick else CONFIGS[name]
    return replace(config, epochs=arguments.epochs or config.epochs)


def quick(config: TrainingConfig) -> TrainingConfig:
    """Return a configuration that trains in about two minutes."""
    return replace(
        config,
        epochs=2,
        mnist=12_000,
        pen=6_000,
        negatives=3_000,
        variations=2,
        synthetic_negatives=2_000,
        fine_tune_epochs=0,
    )


def read_arguments() -> argparse.Namespace:
    """Parse the command line. Raises SettingError for a value that cannot be used."""
    parser = argparse.ArgumentParser(description="Train the networks.")
    add = parser.add_argument
    add("names", nargs="*", metavar="NAME", help=f"which: {', '.join(CONFIGS)} (default: all)")
    add("--data", type=Path, help="MNIST as mnist.npz (default: downloaded by Keras)")
    add(
        "--ink",
        type=Path,
        nargs="+",
        default=[],
        help="pen digits to train on, as JSON Lines; one or more files",
    )
    add("--not-digits", type=Path, help="symbols that are not digits, as JSON Lines")
    add(
        "--leave-kinds-out",
        action="store_true",
        help="hold ten kinds of symbols out, to measure unseen kinds",
    )
    add("--out", type=Path, default=ROOT / "models", help="output folder (default: models)")
    add("--pictures", type=Path, default=ROOT / "docs" / "models", help="folder for the plots")
    add("--work", type=Path, default=ROOT / ".training", help="folder for checkpoints and caches")
    add("--seed", type=int, default=SEED, help=f"random seed (default: {SEED})")
    add("--epochs", type=int, help="number of epochs (default: by network)")
    add("--quick", action="store_true", help="a smaller run of about two minutes")
    add("--evaluate", action="store_true", help="evaluate the networks in --out again, without training")
    arguments = parser.parse_args()
    check(arguments)
    return arguments


def check(arguments: argparse.Namespace) -> None:
    """Raise SettingError before the training starts for arguments that cannot work."""
    unknown = [name for name in arguments.names if name not in CONFIGS]
    if unknown:
        raise SettingError(f"expected a name of {', '.join(CONFIGS)}, received {unknown[0]!r}")
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
    """Return the command that trains this network again, with file names but without folders."""
    parts = ["python", "train_model.py", name]
    parts += ["--data", arguments.data.name] if arguments.data else []
    parts += ["--ink", *(path.name for path in arguments.ink)] if arguments.ink else []
    parts += ["--not-digits", arguments.not_digits.name] if arguments.not_digits else []
    parts += ["--leave-kinds-out"] if arguments.leave_kinds_out else []
    parts += ["--seed", str(arguments.seed)] if arguments.seed != SEED else []
    parts += ["--epochs", str(arguments.epochs)] if arguments.epochs else []
    return shlex.join(parts + (["--quick"] if arguments.quick else []))
