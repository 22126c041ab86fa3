"""What each shipped network reads, and how well it tells a digit from what is none: one table, by network.

    python -m benchmarks.recognition [--data FOLDER]

FOLDER (default: ../shared/data) holds mnist.npz, pen_digits.jsonl and not_digits.jsonl. Pen digits and
symbols are those of the hands kept apart from training. "shrunk" is the same ink, drawn large and shrunk
to 28x28 as most demos do; "ours" is webapp/ink/bitmap.py. The calibration error is the card's: measured
on each of these hands with what was fitted on the others. "By chance" is the error that answers which mean
exactly what they say would show on as many digits.
"""

import argparse
from pathlib import Path

import keras
import numpy as np
from PIL import Image, ImageDraw

from webapp.nets.architectures import LADDER
from webapp.nets.cards import read_card
from webapp.settings import ROOT
from webapp.training import datasets, evaluation
from webapp.training.augmentation.pool import draw_scribbles
from webapp.training.ink_file import Sample, read_inks
from webapp.training.report import HeldOut, answers_of, report

DATA = ROOT.parent / "shared" / "data"
COLUMNS = (
    "network", "parameters", "MNIST", "pen, shrunk", "pen, ours", "calibration error", "by chance",
    "AUROC", "AUROC, new kinds", "symbols passed", "scribbles passed",
)  # fmt: skip
CANVAS, PEN, MARGIN = 280, 12, 28  # pixels, as demos of this kind have them


def shrink(strokes: list[np.ndarray]) -> np.ndarray:
    """Return ink drawn on a large canvas and shrunk to 28x28, uint8, not centred by mass and not fitted."""
    points = np.concatenate(strokes)
    low = points.min(axis=0)
    extent = max((points.max(axis=0) - low).max(), 1e-9)
    picture = Image.new("L", (CANVAS, CANVAS))
    pen = ImageDraw.Draw(picture)
    for stroke in strokes:
        places = (stroke - low) / extent * (CANVAS - 2 * MARGIN) + MARGIN
        pen.line([tuple(place) for place in places], fill=255, width=PEN, joint="curve")
        for x, y in (places[0], places[-1]):
            pen.ellipse([x - PEN / 2, y - PEN / 2, x + PEN / 2, y + PEN / 2], fill=255)
    return np.asarray(picture.resize((28, 28), Image.Resampling.BILINEAR))


def load_kept_apart(folder: Path) -> HeldOut:
    """Return MNIST's test set and all that unseen hands drew."""
    digits, _ = read_inks(folder / "pen_digits.jsonl")
    others, _ = read_inks(folder / "not_digits.jsonl", digits_only=False)
    digits = datasets.split_by_writer(datasets.without_faulty(digits))[1]
    others = datasets.split_by_writer(datasets.without_faulty(others))[1]
    scribbles = draw_scribbles(digits, 1_000, seed=8)[:, 0]
    return HeldOut(datasets.load_mnist(folder / "mnist.npz")[1], digits, others, scribbles)


def accuracy_shrunk(model: keras.Model, digits: list[Sample]) -> float:
    """Return the share of digits read right from shrunk ink."""
    answers = answers_of(model, np.array([shrink(sample.strokes) for sample in digits]))
    return evaluation.accuracy(answers.probabilities, np.array([sample.label for sample in digits]))


def row_for(name: str, models: Path, kept: HeldOut) -> str:
    """Return the table's row for one network."""
    model = keras.models.load_model(models / f"{name}.keras", compile=False)
    scores, _ = report(model, kept)
    told = read_card(models, name)["scores"]
    cells = (
        name,
        f"{model.count_params():,}",
        f"{scores['mnist_test']:.2%}",
        f"{accuracy_shrunk(model, kept.digits):.1%}",
        f"{scores['pen_unseen']:.2%}",
        f"{told['calibration_error']:.2%}",
        f"{told['calibration_error_by_chance']:.2%}",
        f"{scores['is_digit_auroc']:.4f}",
        f"{scores['is_digit_auroc_unseen_kinds']:.4f}",
        f"{scores['others_accepted']:.1%}",
        f"{scores['scribbles_accepted']:.1%}",
    )
    return "| " + " | ".join(cells) + " |"


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure what each shipped network reads.")
    parser.add_argument("--data", type=Path, default=DATA, help="with mnist.npz and both ink files")
    parser.add_argument("--models", type=Path, default=ROOT / "models")
    arguments = parser.parse_args()
    kept = load_kept_apart(arguments.data)
    print(f"{len(kept.mnist):,} digits of MNIST's test set; by unseen hands {len(kept.digits):,} pen digits")
    print(f"and {len(kept.others):,} symbols; {len(kept.scribbles):,} scribbles.")
    print("Last two columns: passed as digits where 98 % of the pen digits pass.\n")
    print("| " + " | ".join(COLUMNS) + " |")
    print("| --- |" + " ---: |" * (len(COLUMNS) - 1))
    for name in LADDER:
        if (arguments.models / f"{name}.keras").exists():
            print(row_for(name, arguments.models, kept), flush=True)


if __name__ == "__main__":
    main()
