"""What a stranger's hand gets: train without a collection site, test on all its digits; for four sites.

    python -m benchmarks.leave_one_site_out [--data FOLDER] [--sites syn,apb,app,ced] [--suspects FILE]

The training is shortened: fewer epochs of fewer digits and variations than the shipped network had
(RECIPE below). ibm has too many faulty inks to be a test. With --suspects, the inks that the network
without their site read otherwise and was sure of are written down, to be looked at by a person:
webapp/training/faulty_inks.txt began that way.
"""

import argparse
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path

import keras
import numpy as np

from train_model import be_repeatable, build, settle
from webapp.nets.architectures import LADDER
from webapp.nets.folding import fold
from webapp.settings import ROOT
from webapp.training import datasets, evaluation
from webapp.training.augmentation.pool import draw_pool, draw_scribbles
from webapp.training.config import CONFIGS
from webapp.training.ink_file import Sample, ink_id, read_inks
from webapp.training.progress import ProgressBar
from webapp.training.report import Answers, answers_of
from webapp.training.training_data import EpochSeed, Source, TrainingData

RECIPE = replace(CONFIGS["conv"], epochs=6, mnist=20_000, pen=30_000, others=12_000, variations=12)
DATA = ROOT.parent / "shared" / "data"
SEED = 7
WORK = ROOT / ".training"
SURE = 0.7  # probability of another digit from which an ink is suspect


@dataclass(frozen=True)
class Inks:
    """All inks of a file with their bitmaps: [:, 0] as drawn, the rest varied."""

    samples: list[Sample]
    pool: np.ndarray  # uint8 (n, k, 28, 28)
    labels: np.ndarray  # (n,)
    sites: np.ndarray  # (n,)

    @classmethod
    def read(cls, path: Path, digits_only: bool) -> "Inks":
        samples = datasets.without_faulty(read_inks(path, digits_only)[0])
        labels = np.array([datasets.label_number(sample.label) for sample in samples])
        sites = np.array([sample.site for sample in samples])
        return cls(samples, draw_pool(samples, RECIPE.variations, SEED, WORK), labels, sites)

    def source(self, chosen: np.ndarray, per_epoch: int) -> Source:
        return Source(self.pool[chosen], self.labels[chosen], per_epoch, strength=0.5)


def train_without(site: str, mnist: datasets.Bitmaps, digits: Inks, others: Inks) -> keras.Model:
    """Return `conv`, trained on everything but what was collected at `site`."""
    near = np.flatnonzero(digits.sites != site)
    known_kind = np.array([sample.label not in datasets.UNSEEN_SYMBOLS for sample in others.samples])
    scribbles = draw_scribbles([digits.samples[index] for index in near], RECIPE.scribbles, SEED, WORK)
    sources = [
        Source(mnist.bitmaps[:, None], mnist.labels, RECIPE.mnist, strength=1.0),
        Source(scribbles, np.full(len(scribbles), datasets.NOT_A_DIGIT), RECIPE.others // 3, strength=0.5),
        digits.source(near, RECIPE.pen),
        others.source(np.flatnonzero((others.sites != site) & known_kind), RECIPE.others * 2 // 3),
    ]
    batches = TrainingData(sources, RECIPE.batch_size, RECIPE.epochs, SEED)
    keras.utils.set_random_seed(SEED)
    model = build("conv", RECIPE, len(batches) * RECIPE.epochs)
    callbacks = [EpochSeed(batches), ProgressBar(f"without {site}")]
    model.fit(batches, epochs=RECIPE.epochs, shuffle=False, verbose=0, callbacks=callbacks)
    plain = fold(model, LADDER["conv"]())
    with tempfile.TemporaryDirectory() as folder:
        settle(plain, RECIPE, sources, SEED, Path(folder))
    return plain


def suspects(inks: Inks, far: np.ndarray, answers: Answers) -> list[str]:
    """Return a line for every ink at `far` that was surely read as another digit: id, label, answer."""
    answer, surety = answers.probabilities.argmax(axis=1), answers.probabilities.max(axis=1)
    return [
        f"{ink_id(inks.samples[index])}  # {inks.samples[index].writer}: {inks.labels[index]}, "
        f"read as {answer[row]} with {surety[row]:.2f}, is_digit {answers.is_digit[row]:.2f}"
        for row, index in enumerate(far)
        if answer[row] != inks.labels[index] and surety[row] >= SURE
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description="Train without a site and test on it.")
    parser.add_argument("--data", type=Path, default=DATA, help="with mnist.npz and both ink files")
    parser.add_argument("--sites", default="syn,apb,app,ced", help="which, with commas between")
    parser.add_argument("--suspects", type=Path, help="file to write inks to that a person should look at")
    arguments = parser.parse_args()
    be_repeatable()
    mnist, mnist_test = datasets.load_mnist(arguments.data / "mnist.npz")
    digits = Inks.read(arguments.data / "pen_digits.jsonl", True)
    others = Inks.read(arguments.data / "not_digits.jsonl", False)
    print("| site left out | its digits | read right | AUROC of is_digit there | MNIST |")
    print("| --- |" + " ---: |" * 4)
    scores, found = [], []
    for site in arguments.sites.split(","):
        model = train_without(site, mnist, digits, others)
        far = np.flatnonzero(digits.sites == site)
        answers = answers_of(model, digits.pool[far, 0])
        of_others = answers_of(model, others.pool[others.sites == site, 0]).is_digit
        scores.append(evaluation.accuracy(answers.probabilities, digits.labels[far]))
        on_mnist = evaluation.accuracy(answers_of(model, mnist_test.bitmaps).probabilities, mnist_test.labels)
        apart = evaluation.auroc(answers.is_digit, of_others)
        print(f"| {site} | {len(far):,} | {scores[-1]:.2%} | {apart:.4f} | {on_mnist:.2%} |", flush=True)
        found += suspects(digits, far, answers)
    print(f"| mean | | {np.mean(scores):.2%} | | |")
    if arguments.suspects:
        arguments.suspects.write_text("\n".join(found) + "\n", "utf-8")


if __name__ == "__main__":
    main()
