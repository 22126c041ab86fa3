"""Train the networks of the ladder: prepare, build, train, evaluate, save.

    python train_model.py                           all four, MNIST by Keras (a download)
    python train_model.py deep --data mnist.npz     one, MNIST from a file
    python train_model.py --ink pen_digits.jsonl --not-digits not_digits.jsonl
                                                    with digits and symbols that people drew with a pen
    python train_model.py --quick                   a smaller run, in about two minutes

Writes models/NAME.keras, from it models/NAME.tflite which the server loads, the card models/NAME.json of
both, and a picture, docs/models/NAME.png. A stopped run goes on where it was when the same command is given
again. The same seed on the same machine gives the same weights.
"""

# ruff: noqa: E402, since TensorFlow has to be imported before what imports it with all its notes.

import argparse
import datetime
import hashlib
import shutil
import sys
import time
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from webapp.training.tensorflow_setup import import_for_training

import_for_training()

import keras
import numpy as np

from webapp.errors import InkwiseError
from webapp.nets.architectures import LADDER
from webapp.nets.folding import fold
from webapp.training import datasets
from webapp.training.augmentation.pool import draw_pool, draw_scribbles
from webapp.training.card import describe_model, save_model, versions
from webapp.training.checkpoints import Checkpoints
from webapp.training.command_line import command_for, read_arguments
from webapp.training.config import CONFIGS, TrainingConfig, quick
from webapp.training.ink_file import Sample, describe_reading, read_inks
from webapp.training.progress import CurveFile, ProgressBar
from webapp.training.report import HeldOut, calibrate_on, can_be_calibrated, report
from webapp.training.training_data import EpochSeed, Source, TrainingData

# == 1. Prepare =======================================================================================


@dataclass(frozen=True)
class Data:
    """What the network learns from, what it is tested with, and where all of it is from."""

    mnist: datasets.Bitmaps
    digits: list[Sample]
    others: list[Sample]
    kept: HeldOut
    told: list[dict]  # the card's `data`


def prepare(arguments: argparse.Namespace) -> Data:
    """Read all data and keep unseen hands and unseen kinds of symbols apart."""
    mnist, mnist_test = datasets.load_mnist(arguments.data)
    digits, others = read_ink_file(arguments.ink, True), read_ink_file(arguments.not_digits, False)
    digits, unseen_digits = datasets.split_by_writer(digits)
    others, unseen_others = datasets.split_by_writer([sample for sample in others if not sample.is_digit])
    others = [sample for sample in others if sample.label not in datasets.UNSEEN_SYMBOLS]
    scribbles = draw_scribbles(unseen_digits, 1_000, arguments.seed + 1)[:, 0]
    source = "LeCun, Cortes and Burges"
    told = [{"name": "MNIST", "samples": len(mnist), "licence": "CC BY-SA 3.0", "source": source}]
    told += [tell_file(arguments.ink, digits)] if digits else []
    told += [tell_file(arguments.not_digits, others)] if others else []
    return Data(mnist, digits, others, HeldOut(mnist_test, unseen_digits, unseen_others, scribbles), told)


def read_ink_file(path: Path | None, digits_only: bool) -> list[Sample]:
    """Return the samples of a JSON Lines file, without those known to be faulty; print what was left out."""
    if path is None:
        return []
    samples, faults = read_inks(path, digits_only)
    print(describe_reading(path.name, len(samples), faults))
    sound = datasets.without_faulty(samples)
    if len(sound) < len(samples):
        print(f"  {len(samples) - len(sound):,} of them are known to be faulty and left out")
    return sound


def be_repeatable() -> None:
    """Have TensorFlow add up in the same order every time."""
    if keras.backend.backend() == "tensorflow":
        import tensorflow

        tensorflow.config.experimental.enable_op_determinism()


def tell_file(path: Path, samples: list[Sample]) -> dict:
    """Return a line of the card's `data` for a file of inks."""
    source, licence = "a file", "its owner's"
    if "syn" in {sample.site for sample in samples}:
        source = "UNIPEN train_r01_v07, International Unipen Foundation, Zenodo record 1195803"
        licence = "CC BY 4.0"
    return {"name": path.stem, "samples": len(samples), "licence": licence, "source": source}


def sources_for(recipe: TrainingConfig, data: Data, seed: int, work: Path) -> list[Source]:
    """Return what an epoch is mixed from. Without pen digits there are MNIST and scribbles."""
    scribbles = draw_scribbles(data.digits, recipe.scribbles, seed, work)
    none = np.full(len(scribbles), datasets.NOT_A_DIGIT)
    sources = [
        Source(data.mnist.bitmaps[:, None], data.mnist.labels, recipe.mnist, recipe.strength),
        Source(scribbles, none, recipe.others // 3, recipe.strength / 2),
    ]
    for samples, per_epoch in ((data.digits, recipe.pen), (data.others, recipe.others * 2 // 3)):
        if samples:
            pool = draw_pool(samples, recipe.variations, seed, work)
            labels = np.array([datasets.label_number(sample.label) for sample in samples])
            sources.append(Source(pool, labels, per_epoch, recipe.strength / 2))
    return sources


# == 2. Build =========================================================================================


def build(name: str, recipe: TrainingConfig, steps: int) -> keras.Model:
    """Return the network, ready to be trained for `steps` batches in all."""
    model = LADDER[name](normalise=recipe.normalise)
    warm_up = max(1, steps // 8)
    rate = keras.optimizers.schedules.CosineDecay(
        recipe.learning_rate / 20, steps - warm_up, warmup_target=recipe.learning_rate, warmup_steps=warm_up
    )
    return make_ready(model, recipe, rate)


def make_ready(
    model: keras.Model, recipe: TrainingConfig, rate: keras.optimizers.schedules.LearningRateSchedule
):
    """Give `model` its optimizer and its losses, and return it."""
    optimizer = keras.optimizers.AdamW(rate, weight_decay=recipe.weight_decay)
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
    """Train `model` in place and return its curves; a stopped training goes on from the folder `resume`."""
    curves, checkpoints, bar = CurveFile(resume / "curves.json"), Checkpoints(resume), ProgressBar(model.name)
    done = checkpoints.restore(model)
    # The curves come first: of an epoch that is trained again, the curve is written again.
    callbacks = [EpochSeed(data), curves, checkpoints, bar]
    try:
        # shuffle=False: TrainingData has mixed each epoch, in a way that a resumed training repeats.
        model.fit(data, epochs=epochs, initial_epoch=done, shuffle=False, verbose=0, callbacks=callbacks)
    finally:
        bar.close()
    return curves.read()


def settle(
    model: keras.Model, recipe: TrainingConfig, sources: list[Source], seed: int, resume: Path
) -> dict:
    """Train the folded network a little more, slowly and on digits that are hardly varied; return the curves.

    Varied digits teach what may come; in the end the network gets back to how often it does (He et al. 2019,
    "Data augmentation revisited: rethinking the distribution gap between clean and augmented data").
    """
    calmer = [replace(source, strength=source.strength * 0.2, as_drawn=0.3) for source in sources]
    data = TrainingData(calmer, recipe.batch_size, recipe.settle, seed + 1)
    rate = keras.optimizers.schedules.CosineDecay(recipe.learning_rate / 15, len(data) * recipe.settle)
    return train(make_ready(model, recipe, rate), recipe.settle, data, resume)


# == 4. Evaluate ======================================================================================


def evaluate(model: keras.Model, kept: HeldOut) -> tuple[dict, dict]:
    """Calibrate the network in place; return its card's `scores` and `evaluation`."""
    calibration = calibrate_on(model, kept) if can_be_calibrated(kept) else None
    scores, details = report(model, kept)
    if calibration:
        scores["calibration_error"] = calibration["error"]
        scores["calibration_error_by_chance"] = calibration["chance"]
        details["calibration"] = calibration
    return scores, details


# == 5. Save ==========================================================================================


def make_card(model: keras.Model, recipe: TrainingConfig, data: Data, arguments: argparse.Namespace) -> dict:
    """Return what the card says before the training's time, the scores and the file's hash are known."""
    scribbles = {"name": "scribbles", "samples": recipe.scribbles, "licence": "MIT",
                 "source": "drawn by webapp/training/synthetic_negatives.py"}  # fmt: skip
    training = {"seed": arguments.seed, "quick": arguments.quick} | asdict(recipe)
    return describe_model(model) | {
        "data": [*data.told, scribbles],
        "training": training | {"command": command_for(model.name, arguments)},
        "versions": versions(),
        "date": datetime.date.today().isoformat(),
    }


def resume_name(name: str, recipe: TrainingConfig, sources: list[Source], seed: int) -> str:
    """Return a name that is the same only for the same training, so that no other goes on from it."""
    content = hashlib.sha256(repr((recipe, seed)).encode())
    for source in sources:
        content.update(np.ascontiguousarray(source.bitmaps))
        content.update(np.ascontiguousarray(source.labels))
    return f"{name}-{content.hexdigest()[:12]}"


def draw_pictures(card: Path, folder: Path) -> None:
    """Draw the card's curves and confusion matrix, where matplotlib is installed."""
    try:
        from webapp.training.pictures import draw_card
    except ImportError:
        print("No picture was made: matplotlib is not installed (make setup-dev).")
    else:
        draw_card(card, folder)


def make_model(name: str, data: Data, arguments: argparse.Namespace) -> None:
    """Train, evaluate and save one network."""
    started = time.monotonic()
    recipe = recipe_for(name, arguments)
    sources = sources_for(recipe, data, arguments.seed, arguments.work)
    batches = TrainingData(sources, recipe.batch_size, recipe.epochs, arguments.seed)
    keras.utils.set_random_seed(arguments.seed)
    trained = build(name, recipe, len(batches) * recipe.epochs)
    resume = arguments.work / resume_name(name, recipe, sources, arguments.seed)
    curves = train(trained, recipe.epochs, batches, resume / "trained")
    model = fold(trained, LADDER[name]()) if recipe.normalise else trained
    if recipe.settle:
        more = settle(model, recipe, sources, arguments.seed, resume / "settled")
        curves = {curve: values + more[curve] for curve, values in curves.items()}
    scores, details = evaluate(model, data.kept)
    card = make_card(model, recipe, data, arguments)
    card["training"]["seconds"] = round(time.monotonic() - started)
    save_model(arguments.out, model, card | {"scores": scores, "evaluation": details | {"curves": curves}})
    shutil.rmtree(resume)  # what a stopped run would have gone on from
    print(f"{name}: " + ", ".join(f"{key} {value:.4f}" for key, value in scores.items()))
    draw_pictures(arguments.out / f"{name}.json", arguments.pictures)


def recipe_for(name: str, arguments: argparse.Namespace) -> TrainingConfig:
    """Return the network's recipe with what the command line changes of it."""
    recipe = quick(CONFIGS[name]) if arguments.quick else CONFIGS[name]
    return replace(recipe, epochs=arguments.epochs or recipe.epochs)


def main() -> int:
    """Make the networks that the command line names. Return 0, 2 after an error, 130 when stopped."""
    try:
        arguments = read_arguments()
        be_repeatable()
        data = prepare(arguments)
        for name in arguments.names or LADDER:
            make_model(name, data, arguments)
    except InkwiseError as error:
        print(f"train_model.py: {error.message}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("Stopped. The same command goes on from the last whole epoch.", file=sys.stderr)
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
