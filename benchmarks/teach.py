"""Measure teaching: 200 pen digits of unseen writers, for networks that were trained without pen digits.

    python -m benchmarks.teach --data ../shared/data

The gap is the accuracy of the shipped conv, which was trained with pen digits, minus that of the network
before, on digits of writers whom neither has seen. Each room is 20 other writers with 10 digits each.
"""

import argparse
import base64
import queue
import tempfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np

from webapp.lab.digits import load_digits
from webapp.lab.presets import PRESETS
from webapp.lab.spec import CONV, HiddenLayer, LabSpec
from webapp.lab.trainer import Trainer
from webapp.nets.cards import read_card
from webapp.nets.network import load_network
from webapp.settings import ROOT
from webapp.training.datasets import Bitmaps, clean, is_held_out, rasterize_samples
from webapp.training.ink_file import Sample, read_inks
from webapp.training.writers import person_of

PEOPLE, EACH = 20, 10  # of a room
ROOMS = (11, 12, 13)  # seeds; others chose the hyperparameters
LARGE = LabSpec(
    layers=(
        HiddenLayer(CONV, 16, size=5),
        HiddenLayer(CONV, 32, size=3),
        HiddenLayer(CONV, 64, size=3),
        HiddenLayer(units=96, dropout=0.3),
    ),
    samples=54_000,
    epochs=4,
    batch_size=64,
    augment=True,
)
CARD = {"title": "", "summary": "", "hidden_layers": 1, "data": [], "training": {}, "date": "2026-01-01"}


class Teaching:
    """A trainer, its events, and the folder of its networks."""

    def __init__(self, mnist: Path, folder: Path):
        self.folder = folder
        self._events: queue.Queue[dict] = queue.Queue()
        self.trainer = Trainer(mnist, self._events.put, lambda reason: self._events.put({"event": reason}))
        self.trainer.start()
        self._until(lambda event: event["event"] == "ready")

    def train(self, number: int, spec: LabSpec) -> float:
        """Train a network `run-NUMBER` on MNIST, and return its accuracy on MNIST's test digits."""
        command = {"command": "train", "run": number, "spec": spec.to_json(), "pause_after": None}
        self.trainer.send(command | {"folder": str(self.folder), "card": CARD | {"name": f"run-{number}"}})
        ended = self._until(lambda event: event["event"] == "ended")
        self._until(lambda event: event["event"] == "saved")
        return float(ended["test_accuracy"])

    def teach(self, number: int, drawings: list[dict], seed: int) -> dict:
        """Teach the network `run-NUMBER`, and return the result."""
        command = {"command": "teach", "teaching": seed, "base": str(self.folder / f"run-{number}.keras")}
        card = CARD | {"name": f"taught-{number}-{seed}"}
        command |= {"folder": str(self.folder), "card": card, "wrong_labels": 0.0, "seed": seed}
        self.trainer.send(command | {"drawings": drawings})
        ended = self._until(lambda event: event["event"] == "ended")
        self._until(lambda event: event["event"] == "saved")
        return dict(ended["result"])

    def _until(self, is_last: Callable[[dict], bool]) -> dict:
        while True:
            event = self._events.get(timeout=600)
            if is_last(event):
                return event
            if event["event"] not in ("ready", "update", "ended", "saved"):
                raise SystemExit(f"The trainer ended: {event['event']}")


def choose_room(samples: list[Sample], seed: int) -> list[Sample]:
    """Return the digits of a room: of 20 writers, 10 each."""
    by_person: dict[str, list[Sample]] = {}
    for sample in samples:
        by_person.setdefault(person_of(sample.writer), []).append(sample)
    random = np.random.default_rng(seed)
    people = sorted(person for person, found in by_person.items() if len(found) >= EACH)
    chosen = random.choice(people, PEOPLE, replace=False)
    return [
        by_person[person][index]
        for person in chosen
        for index in random.choice(len(by_person[person]), EACH, replace=False)
    ]


def to_json(sample: Sample, bitmap: np.ndarray, is_taught: bool) -> dict:
    """Return a drawing of the command to teach."""
    found = {"label": sample.label, "bitmap": base64.b64encode(bitmap.tobytes()).decode("ascii")}
    return found | {"strokes": [stroke.tolist() for stroke in sample.strokes]} if is_taught else found


def accuracy_of_conv(test: Bitmaps) -> float:
    """Return the accuracy of the shipped conv; its is_digit, which the others lack, does not count."""
    folder = ROOT / "models"
    network = load_network(folder / "conv.keras", read_card(folder, "conv"))
    digits = np.array([prediction.digit for prediction in network(test.bitmaps)])
    return float((digits == test.labels).mean())


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure teaching.")
    parser.add_argument("--data", type=Path, required=True, help="folder of mnist.npz and pen_digits.jsonl")
    data = parser.parse_args().data.resolve()
    samples = clean(read_inks(data / "pen_digits.jsonl")[0])
    tested = [sample for sample in samples if is_held_out(sample.writer)]
    others = [sample for sample in samples if not is_held_out(sample.writer)]
    test = rasterize_samples(tested)
    shipped = accuracy_of_conv(test)
    sent_test = [to_json(*pair, False) for pair in zip(tested, test.bitmaps, strict=True)]
    most = len(load_digits(data / "mnist.npz").train)
    preset = next(preset for preset in PRESETS if preset.name == "conv").spec
    specs = {"preset conv": replace(preset, samples=most), "larger conv": LARGE}
    print(
        f"Shipped conv: {shipped:.2%} of {len(test):,} digits of {len({s.writer for s in tested})} writers\n"
    )
    print(
        "| network, room | unseen writers | gap closed | MNIST | seconds |\n| --- | --- | --- | --- | --- |"
    )
    with tempfile.TemporaryDirectory() as folder:
        teaching = Teaching(data / "mnist.npz", Path(folder))
        for number, (name, spec) in enumerate(specs.items(), start=1):
            teaching.train(number, spec)
            for seed in ROOMS:
                room = choose_room(others, seed)
                sent = [
                    to_json(s, b, True) for s, b in zip(room, rasterize_samples(room).bitmaps, strict=True)
                ]
                result = teaching.teach(number, sent + sent_test, seed)
                readings = np.array(result["readings"])[len(sent) :]
                before, after = (readings == test.labels[:, None]).mean(axis=0)
                mnist, closed = result["mnist"], (after - before) / (shipped - before)
                print(
                    f"| {name}, {seed} | {before:.2%} to {after:.2%} | {closed:.0%} | "
                    f"{mnist['before']:.2%} to {mnist['after']:.2%} | {result['seconds']:.0f} |",
                    flush=True,
                )
        teaching.trainer.stop()


if __name__ == "__main__":
    main()
