"""Train the networks: prepare, build, train, evaluate, save.

    python train_model.py                           all four, with MNIST downloaded by Keras
    python train_model.py deep --data mnist.npz     one network, with MNIST from a file
    python train_model.py --ink pen_digits.jsonl pendigits_train.jsonl --not-digits not_digits.jsonl
                                                    with pen digits, and symbols that are not digits
    python train_model.py --quick                   a smaller run of about two minutes
    python train_model.py --evaluate --data ...     evaluate trained networks again: new scores, same weights

Writes models/NAME.keras, models/NAME.tflite (which the server loads), the card models/NAME.json, and a plot,
docs/models/NAME.png. A stopped run continues from its last epoch when the same command is given again. The
same seed on the same machine gives the same weights.
"""

# ruff: noqa: E402, since TensorFlow must be imported before Keras.

import argparse
import datetime
import hashlib
import shutil
import sys
import time
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from webapp.training.tensorflow_setup import import_tensorflow

import_tensorflow()

import keras
import numpy as np

from webapp.errors import DataError, InkwiseError
from webapp.nets.architectures import ARCHITECTURES, fold_batch_norm
from webapp.nets.cards import check_file, read_card, write_card
from webapp.training import datasets
from webapp.training.augmentation.pool import draw_negatives, draw_pool
from webapp.training.callbacks import Checkpoints, CurveFile, ProgressBar
from webapp.training.card import describe_model, save_model, versions
from webapp.training.config import CONFIGS, TrainingConfig, command_for, config_for, read_arguments
from webapp.training.ink_file import Sample, describe_reading, read_inks
from webapp.training.report import (
    HeldOut,
    calibrate_on,
    can_be_calibrated,
    cross_validate_calibration,
    report,
)  # fmt: skip
from webapp.training.training_data import EpochSeed, Source, TrainingData

# == 1. Prepare =======================================================================================


@dataclass(frozen=True)
class Data:
    """Training data, held-out data, and the card's list of data sets."""

    mnist: datasets.Bitmaps
    digits: list[Sample]
    symbols: list[Sample]
    held_out: HeldOut
    dataset_info: list[dict]


def prepare(arguments: argparse.Namespace) -> Data:
    """Read all data, and hold out the test writers and the test kinds of symbols."""
    mnist, mnist_test = datasets.load_mnist(arguments.data)
    files = datasets.without_shared({path: read_ink_file(path, True) for path in arguments.ink})
    symbols = read_ink_file(arguments.not_digits, False)
    digits, test_digits = datasets.split_by_writer(
        [sample for samples in files.values() for sample in samples]
    )
    symbols, test_symbols = datasets.split_by_writer([sample for sample in symbols if not sample.is_digit])
    new_kinds = datasets.HELD_OUT_SYMBOLS if arguments.leave_kinds_out else frozenset()
    symbols = [sample for sample in symbols if sample.label not in new_kinds]
    synthetic = draw_negatives(test_digits, 1_000, arguments.seed + 1)[:, 0]
    source = "LeCun, Cortes and Burges"
    info = [{"name": "MNIST", "samples": len(mnist), "license": "CC BY-SA 3.0", "source": source}]
    info += [file_info(path, datasets.split_by_writer(samples)[0]) for path, samples in files.items()]
    info += [file_info(arguments.not_digits, symbols)] if symbols else []
    held_out = HeldOut(mnist_test, test_digits, test_symbols, synthetic, new_kinds)
    return Data(mnist, digits, symbols, held_out, info)


def read_ink_file(path: Path | None, digits_only: bool) -> list[Sample]:
    """Return the samples of a JSON Lines file that count; print what was left out."""
    if path is None:
        return []
    samples, faults = read_inks(path, digits_only)
    print(describe_reading(path.name, len(samples), faults))
    counted = datasets.clean(samples)
    if len(counted) < len(samples):
        print(f"  {len(samples) - len(counted):,} of them, faulty or repeated, are left out")
    return counted


def make_deterministic() -> None:
    """Make TensorFlow's operations deterministic."""
    if keras.backend.backend() == "tensorflow":
        import tensorflow

        tensorflow.config.experimental.enable_op_determinism()


UNIPEN = "UNIPEN train_r01_v07, International Unipen Foundation, Zenodo record 1195803"
PENDIGITS = (
    "Pen-Based Recognition of Handwritten Digits, original strokes of the training part, "
    "Alpaydin and Alimoglu 1998, UCI Machine Learning Repository"
)
KNOWN_SITES = {"syn": (UNIPEN, "CC BY 4.0"), "pendigits": (PENDIGITS, "CC BY 4.0")}


def file_info(path: Path, samples: list[Sample]) -> dict:
    """Return an entry of the card's `data` for an ink file."""
    known = [KNOWN_SITES[site] for site in sorted({sample.site for sample in samples}) if site in KNOWN_SITES]
    source, license_name = known[0] if known else ("a file", "its owner's")
    return {"name": path.stem, "samples": len(samples), "license": license_name, "source": source}


def sources_for(config: TrainingConfig, data: Data, seed: int, work: Path) -> list[Source]:
    """Return the sources of an epoch: MNIST, synthetic negatives, pen digits and symbols if given."""
    synthetic = draw_negatives(data.digits, config.synthetic_negatives, seed, work)
    no_digits = np.full(len(synthetic), datasets.NOT_A_DIGIT)
    sources = [
        Source(data.mnist.bitmaps[:, None], data.mnist.labels, config.mnist, config.strength),
        Source(synthetic, no_digits, config.negatives // 3, config.strength / 2),
    ]
    for samples, per_epoch in ((data.digits, config.pen), (data.symbols, config.negatives * 2 // 3)):
        if samples:
            pool = draw_pool(samples, config.variations, seed, work)
            labels = np.array([datasets.label_number(sample.label) for sample in samples])
            sources.append(Source(pool, labels, per_epoch, config.strength / 2))
    return sources


# == 2. Build =========================================================================================


def build(name: str, config: TrainingConfig, steps: int) -> keras.Model:
    """Return the compiled network, with a learning rate schedule for `steps` batches."""
    model = ARCHITECTURES[name](batch_norm=config.batch_norm)
    warm_up = max(1, steps // 8)
    rate = keras.optimizers.schedules.CosineDecay(
        config.learning_rate / 20, steps - warm_up, warmup_target=config.learning_rate, warmup_steps=warm_up
    )
    return compile_model(model, config, rate)


def compile_model(
    model: keras.Model,
    config: TrainingConfig,
    rate: keras.optimizers.schedules.LearningRateSchedule,
    weight_average: float = 0.0,
) -> keras.Model:
    """Set the optimizer and the losses of `model`, and return it.

    With `weight_average` from 0 to 1, `fit` ends with the exponential moving average of the weights.
    """
    average = {"use_ema": True, "ema_momentum": weight_average} if weight_average else {}
    optimizer = keras.optimizers.AdamW(rate, weight_decay=config.weight_decay, **average)
    optimizer.exclude_from_weight_decay(var_names=["bias", "gamma", "beta"])
    model.compile(
        optimizer,
        loss={"digit": "categorical_crossentropy", "is_digit": "binary_crossentropy"},
        loss_weights={"digit": 1.0, "is_digit": 0.5},
        metrics={"digit": "categorical_accuracy"},
    )
    return model


# == 3. Train =========================================================================================


def train(model: keras.Model, epochs: int, data: TrainingData, resume: Path) -> dict[str, list[float]]:
    """Train `model` in place and return its learning curves; continue from checkpoints in `resume`."""
    curves, checkpoints, bar = CurveFile(resume / "curves.json"), Checkpoints(resume), ProgressBar(model.name)
    done = checkpoints.restore(model)
    # Curves before checkpoints: an epoch that is trained again overwrites its entry.
    callbacks = [EpochSeed(data), curves, checkpoints, bar]
    try:
        # shuffle=False: TrainingData shuffles each epoch, in a way that a resumed training repeats.
        model.fit(data, epochs=epochs, initial_epoch=done, shuffle=False, verbose=0, callbacks=callbacks)
    finally:
        bar.close()
    return curves.read()


def fine_tune(
    model: keras.Model, config: TrainingConfig, sources: list[Source], seed: int, resume: Path
) -> dict[str, list[float]]:
    """Train the folded network a little more with little augmentation; return the learning curves.

    This adapts it to the frequencies of real digits (He et al. 2019, "Data augmentation revisited: rethinking
    the distribution gap between clean and augmented data"). The result is an average of the weights (Izmailov
    et al. 2018, "Averaging weights leads to wider optima and better generalization").
    """
    calmer = [replace(source, strength=source.strength * 0.2, original_share=0.3) for source in sources]
    data = TrainingData(calmer, config.batch_size, config.fine_tune_epochs, seed + 1)
    steps = len(data) * config.fine_tune_epochs
    rate = keras.optimizers.schedules.CosineDecay(config.learning_rate / 10, steps, alpha=0.1)
    compile_model(model, config, rate, config.weight_average)
    return train(model, config.fine_tune_epochs, data, resume)


# == 4. Evaluate ======================================================================================


def evaluate(model: keras.Model, held_out: HeldOut) -> tuple[dict, dict]:
    """Calibrate the network in place; return its card's `scores` and `evaluation`."""
    return measure(model, held_out, calibrate_on(model, held_out) if can_be_calibrated(held_out) else {})


def measure(model: keras.Model, held_out: HeldOut, fitted: dict) -> tuple[dict, dict]:
    """Return `scores` and `evaluation` of a network with the calibration `fitted`; {} for none."""
    scores, details = report(model, held_out)
    if fitted and can_be_calibrated(held_out):
        calibration = fitted | cross_validate_calibration(model, held_out)
        scores["calibration_error"] = calibration["error"]
        scores["ideal_calibration_error"] = calibration["ideal_error"]
        details["calibration"] = calibration
    return scores, details


# == 5. Save ==========================================================================================


def make_card(model: keras.Model, config: TrainingConfig, data: Data, arguments: argparse.Namespace) -> dict:
    """Return the card without training time, scores and hashes."""
    synthetic = {"name": "synthetic negatives", "samples": config.synthetic_negatives, "license": "MIT",
                 "source": "generated by webapp/training/synthetic_negatives.py"}  # fmt: skip
    training = {"seed": arguments.seed, "quick": arguments.quick} | asdict(config)
    return describe_model(model) | {
        "data": [*data.dataset_info, synthetic],
        "training": training | {"command": command_for(model.name, arguments)},
        "versions": versions(),
        "date": datetime.date.today().isoformat(),
    }


def resume_name(name: str, config: TrainingConfig, sources: list[Source], seed: int) -> str:
    """Return a folder name that is equal only for equal configuration, data and seed."""
    content = hashlib.sha256(repr((config, seed)).encode())
    for source in sources:
        content.update(source.bitmaps.tobytes())
        content.update(source.labels.tobytes())
    return f"{name}-{content.hexdigest()[:12]}"


def plot(card: Path, folder: Path) -> None:
    """Plot learning curves, confusion matrix and reliability, if matplotlib is installed."""
    try:
        from webapp.training.plots import draw_card
    except ImportError:
        print("No plot was made: matplotlib is not installed.")
    else:
        draw_card(card, folder)


def evaluate_again(name: str, data: Data, arguments: argparse.Namespace) -> None:
    """Replace scores and evaluation in the card of a trained network; its files stay as they are.

    Raises:
        DataError: a data set that its scores need is not given.
    """
    card = read_card(arguments.out, name)
    path = arguments.out / f"{name}.keras"
    check_file(path, card["sha256"])
    model = keras.models.load_model(path, compile=False)
    evaluation = card["evaluation"]
    scores, details = measure(model, data.held_out, evaluation.get("calibration", {}))
    if missing := sorted(card["scores"].keys() - scores.keys()):
        raise DataError(f"expected the data sets of the card of {name}, found none for {', '.join(missing)}")
    card |= {"scores": scores, "evaluation": details | {"curves": evaluation["curves"]}}
    write_card(arguments.out, card)
    print(f"{name}: " + ", ".join(f"{key} {value:.4f}" for key, value in scores.items()))
    plot(arguments.out / f"{name}.json", arguments.pictures)


def make_model(name: str, data: Data, arguments: argparse.Namespace) -> None:
    """Train, evaluate and save one network."""
    started = time.monotonic()
    config = config_for(name, arguments)
    sources = sources_for(config, data, arguments.seed, arguments.work)
    batches = TrainingData(sources, config.batch_size, config.epochs, arguments.seed)
    keras.utils.set_random_seed(arguments.seed)
    trained = build(name, config, len(batches) * config.epochs)
    resume = arguments.work / resume_name(name, config, sources, arguments.seed)
    curves = train(trained, config.epochs, batches, resume / "trained")
    model = fold_batch_norm(trained, ARCHITECTURES[name]()) if config.batch_norm else trained
    if config.fine_tune_epochs:
        more = fine_tune(model, config, sources, arguments.seed, resume / "fine-tuned")
        curves = {curve: values + more[curve] for curve, values in curves.items()}
    scores, details = evaluate(model, data.held_out)
    card = make_card(model, config, data, arguments)
    card["training"]["seconds"] = round(time.monotonic() - started)
    save_model(arguments.out, model, card | {"scores": scores, "evaluation": details | {"curves": curves}})
    shutil.rmtree(resume)  # checkpoints are not needed any more
    print(f"{name}: " + ", ".join(f"{key} {value:.4f}" for key, value in scores.items()))
    plot(arguments.out / f"{name}.json", arguments.pictures)


def main() -> int:
    """Train or evaluate the networks of the command line. Return 0, 2 after an error, 130 after Ctrl-C."""
    try:
        arguments = read_arguments()
        make_deterministic()
        data = prepare(arguments)
        for name in arguments.names or CONFIGS:
            (evaluate_again if arguments.evaluate else make_model)(name, data, arguments)
    except InkwiseError as error:
        print(f"train_model.py: {error.message}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("Stopped. The same command continues from the last complete epoch.", file=sys.stderr)
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
