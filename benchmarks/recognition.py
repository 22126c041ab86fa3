"""Accuracy, calibration and rejection of non-digits of each shipped network: one table.

    python -m benchmarks.recognition [--data FOLDER]

FOLDER (default: ../shared/data) holds mnist.npz, pen_digits.jsonl (from UNIPEN), pendigits_train.jsonl and
not_digits.jsonl. Pen digits and symbols come from writers that the training never saw. "Shrunk" is the same
ink drawn large and scaled down to 28x28, as most demos do; otherwise webapp/ink/bitmap.py rasterizes it. The
calibration error is from the model card: each writer with a temperature fitted on the others. "Expected" is
the error of a perfectly calibrated network on a sample of this size.
"""

import argparse
from collections.abc import Callable
from pathlib import Path

import keras
import numpy as np
from PIL import Image, ImageDraw

from webapp.ink.bitmap import to_bitmap
from webapp.nets.architectures import ARCHITECTURES
from webapp.nets.cards import read_card
from webapp.settings import ROOT
from webapp.training import datasets, metrics
from webapp.training.augmentation.pool import draw_negatives
from webapp.training.ink_file import Sample, read_inks
from webapp.training.report import HeldOut, predict, report

DATA = ROOT.parent / "shared" / "data"
COLUMNS = (
    "network", "parameters", "MNIST", "UNIPEN, shrunk", "UNIPEN", "pendigits", "calibration error",
    "expected", "AUROC", "symbols accepted", "synthetic accepted", "digits rejected",
)  # fmt: skip
CANVAS, PEN, MARGIN = 280, 12, 28  # pixels, typical of such demos


def shrink(strokes: list[np.ndarray]) -> np.ndarray:
    """Draw ink on a large canvas and scale it to 28x28, uint8, without centering by mass."""
    points = np.concatenate(strokes)
    low = points.min(axis=0)
    extent = max((points.max(axis=0) - low).max(), 1e-9)
    image = Image.new("L", (CANVAS, CANVAS))
    pen = ImageDraw.Draw(image)
    for stroke in strokes:
        pixels = (stroke - low) / extent * (CANVAS - 2 * MARGIN) + MARGIN
        pen.line([tuple(pixel) for pixel in pixels], fill=255, width=PEN, joint="curve")
        for x, y in (pixels[0], pixels[-1]):
            pen.ellipse([x - PEN / 2, y - PEN / 2, x + PEN / 2, y + PEN / 2], fill=255)
    return np.asarray(image.resize((28, 28), Image.Resampling.BILINEAR))


def load_held_out(folder: Path) -> HeldOut:
    """Return MNIST's test set and the inks of writers that the training never saw."""
    digits = [
        sample
        for name in ("pen_digits.jsonl", "pendigits_train.jsonl")
        for sample in read_inks(folder / name)[0]
    ]
    symbols, _ = read_inks(folder / "not_digits.jsonl", digits_only=False)
    digits = datasets.split_by_writer(datasets.clean(digits))[1]
    symbols = datasets.split_by_writer(datasets.clean(symbols))[1]
    scribbles = draw_negatives(digits, 1_000, seed=8)[:, 0]
    return HeldOut(datasets.load_mnist(folder / "mnist.npz")[1], digits, symbols, scribbles)


def accuracy(
    model: keras.Model, digits: list[Sample], rasterize: Callable[[list[np.ndarray]], np.ndarray]
) -> float:
    """Return the accuracy on digits that `rasterize` turns into bitmaps."""
    predictions = predict(model, np.array([rasterize(sample.strokes) for sample in digits]))
    return metrics.accuracy(predictions.probabilities, np.array([sample.label for sample in digits]))


def row_for(name: str, models: Path, held_out: HeldOut) -> str:
    """Return the table's row for one network."""
    model = keras.models.load_model(models / f"{name}.keras", compile=False)
    scores, _ = report(model, held_out)
    card_scores = read_card(models, name)["scores"]
    unipen = [sample for sample in held_out.digits if sample.site != "pendigits"]
    pendigits = [sample for sample in held_out.digits if sample.site == "pendigits"]
    cells = (
        name,
        f"{model.count_params():,}",
        f"{scores['mnist_test']:.2%}",
        f"{accuracy(model, unipen, shrink):.1%}",
        f"{accuracy(model, unipen, to_bitmap):.2%}",
        f"{accuracy(model, pendigits, to_bitmap):.2%}",
        f"{card_scores['calibration_error']:.2%}",
        f"{card_scores['ideal_calibration_error']:.2%}",
        f"{scores['is_digit_auroc']:.4f}",
        f"{scores['symbols_accepted']:.1%}",
        f"{scores['synthetic_accepted']:.1%}",
        f"{1 - scores['digits_accepted_at_half']:.2%}",
    )
    return "| " + " | ".join(cells) + " |"


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure the accuracy of each shipped network.")
    parser.add_argument("--data", type=Path, default=DATA, help="folder with mnist.npz and the ink files")
    parser.add_argument("--models", type=Path, default=ROOT / "models", help="folder with the models")
    arguments = parser.parse_args()
    held_out = load_held_out(arguments.data)
    print(f"{len(held_out.mnist):,} digits of MNIST's test set; {len(held_out.digits):,} pen digits")
    print(
        f"and {len(held_out.symbols):,} symbols of held-out writers; {len(held_out.synthetic):,} negatives."
    )
    print(
        "Accepted: at the threshold that accepts 98 % of the pen digits. Rejected: at the page's threshold.\n"
    )
    print("| " + " | ".join(COLUMNS) + " |")
    print("| --- |" + " ---: |" * (len(COLUMNS) - 1))
    for name in ARCHITECTURES:
        if (arguments.models / f"{name}.keras").exists():
            print(row_for(name, arguments.models, held_out), flush=True)


if __name__ == "__main__":
    main()
