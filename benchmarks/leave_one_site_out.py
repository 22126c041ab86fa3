"""Leave-one-site-out cross-validation: train conv without a collection site and test on its digits.

    python -m benchmarks.leave_one_site_out [--data FOLDER] [--sites syn,pendigits] [--suspects FILE]

This estimates the accuracy for new writers. CONFIG shortens the training: fewer epochs, samples and
variations than for the shipped network. Site ibm is not a default: it has too many faulty inks. --suspects
writes a list of confidently misclassified inks for manual review; webapp/training/faulty_inks.txt is based
on it.
"""

import argparse
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path

import keras
import numpy as np

from train_model import build, fine_tune, make_deterministic
from webapp.nets.architectures import ARCHITECTURES, fold_batch_norm
from webapp.settings import ROOT
from webapp.training import datasets, metrics
from webapp.training.augmentation.pool import draw_negatives, draw_pool
from webapp.training.callbacks import ProgressBar
from webapp.training.config import CONFIGS
from webapp.training.ink_file import Sample, ink_id, read_inks
from webapp.training.report import Predictions, predict
from webapp.training.training_data import EpochSeed, Source, TrainingData

CONFIG = replace(CONFIGS["conv"], epochs=6, mnist=20_000, pen=30_000, negatives=12_000, variations=12)
DATA = ROOT.parent / "shared" / "data"
SEED = 7
WORK = ROOT / ".training"
SUSPECT_CONFIDENCE = 0.7  # probability of a wrong digit from which an ink is suspect


@dataclass(frozen=True)
class Inks:
    """All inks of a file with their bitmaps; pool[:, 0] is the original, the rest is augmented."""

    samples: list[Sample]
    pool: np.ndarray  # uint8 (n, k, 28, 28)
    labels: np.ndarray  # (n,)
    sites: np.ndarray  # (n,)

    @classmethod
    def read(cls, paths: list[Path], digits_only: bool) -> "Inks":
        samples = datasets.clean([sample for path in paths for sample in read_inks(path, digits_only)[0]])
        labels = np.array([datasets.label_number(sample.label) for sample in samples])
        sites = np.array([sample.site for sample in samples])
        return cls(samples, draw_pool(samples, CONFIG.variations, SEED, WORK), labels, sites)

    def source(self, indices: np.ndarray, per_epoch: int) -> Source:
        return Source(self.pool[indices], self.labels[indices], per_epoch, strength=0.5)


def train_without(site: str, mnist: datasets.Bitmaps, digits: Inks, symbols: Inks) -> keras.Model:
    """Return `conv`, trained on all data except the inks of `site`."""
    kept = np.flatnonzero(digits.sites != site)
    scribbles = draw_negatives(
        [digits.samples[index] for index in kept], CONFIG.synthetic_negatives, SEED, WORK
    )
    sources = [
        Source(mnist.bitmaps[:, None], mnist.labels, CONFIG.mnist, strength=1.0),
        Source(scribbles, np.full(len(scribbles), datasets.NOT_A_DIGIT), CONFIG.negatives // 3, strength=0.5),
        digits.source(kept, CONFIG.pen),
        symbols.source(np.flatnonzero(symbols.sites != site), CONFIG.negatives * 2 // 3),
    ]
    batches = TrainingData(sources, CONFIG.batch_size, CONFIG.epochs, SEED)
    keras.utils.set_random_seed(SEED)
    model = build("conv", CONFIG, len(batches) * CONFIG.epochs)
    callbacks = [EpochSeed(batches), ProgressBar(f"without {site}")]
    model.fit(batches, epochs=CONFIG.epochs, shuffle=False, verbose=0, callbacks=callbacks)
    folded = fold_batch_norm(model, ARCHITECTURES["conv"]())
    with tempfile.TemporaryDirectory() as folder:
        fine_tune(folded, CONFIG, sources, SEED, Path(folder))
    return folded


def suspects(inks: Inks, tested: np.ndarray, predictions: Predictions) -> list[str]:
    """Return a line with id, label and prediction for each confidently misclassified ink.

    Args:
        tested: indices of the inks that `predictions` belong to, int (n,).
    """
    digits, confidences = predictions.probabilities.argmax(axis=1), predictions.probabilities.max(axis=1)
    return [
        f"{ink_id(inks.samples[index])}  # {inks.samples[index].writer}: {inks.labels[index]}, "
        f"predicted {digits[row]} with {confidences[row]:.2f}, is_digit {predictions.is_digit[row]:.2f}"
        for row, index in enumerate(tested)
        if digits[row] != inks.labels[index] and confidences[row] >= SUSPECT_CONFIDENCE
    ]


def symbols_auroc(model: keras.Model, symbols: Inks, site: str, predictions: Predictions) -> str:
    """Return how well `is_digit` separates a site's digits from its symbols, "" if it has none."""
    from_site = symbols.sites == site
    if not from_site.any():
        return ""
    is_digit = predict(model, symbols.pool[from_site, 0]).is_digit
    return f"{metrics.auroc(predictions.is_digit, is_digit):.4f}"


def main() -> None:
    parser = argparse.ArgumentParser(description="Train without a site and test on it.")
    parser.add_argument("--data", type=Path, default=DATA, help="folder with mnist.npz and the ink files")
    parser.add_argument("--sites", default="syn,apb,app,ced,pendigits", help="sites, separated by commas")
    parser.add_argument("--suspects", type=Path, help="file for suspect inks, for manual review")
    arguments = parser.parse_args()
    make_deterministic()
    mnist, mnist_test = datasets.load_mnist(arguments.data / "mnist.npz")
    digits = Inks.read(
        [arguments.data / name for name in ("pen_digits.jsonl", "pendigits_train.jsonl")], True
    )
    symbols = Inks.read([arguments.data / "not_digits.jsonl"], False)
    print("| site left out | its digits | accuracy | AUROC of is_digit | MNIST |")
    print("| --- |" + " ---: |" * 4)
    scores, suspect_lines = [], []
    for site in arguments.sites.split(","):
        model = train_without(site, mnist, digits, symbols)
        tested = np.flatnonzero(digits.sites == site)
        predictions = predict(model, digits.pool[tested, 0])
        scores.append(metrics.accuracy(predictions.probabilities, digits.labels[tested]))
        on_mnist = metrics.accuracy(predict(model, mnist_test.bitmaps).probabilities, mnist_test.labels)
        auroc = symbols_auroc(model, symbols, site, predictions)
        print(f"| {site} | {len(tested):,} | {scores[-1]:.2%} | {auroc} | {on_mnist:.2%} |", flush=True)
        suspect_lines += suspects(digits, tested, predictions)
    print(f"| mean | | {np.mean(scores):.2%} | | |")
    if arguments.suspects:
        arguments.suspects.write_text("\n".join(suspect_lines) + "\n", "utf-8")


if __name__ == "__main__":
    main()
