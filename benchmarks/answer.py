"""Latency of one prediction on one core, and size of the model files: one table, by model.

python -m benchmarks.answer [--rounds 500] [--models models]
"""

import argparse
import time
from pathlib import Path

import numpy as np

from webapp.nets.cards import find_names, read_card
from webapp.nets.network import Network, load_network
from webapp.settings import ROOT


def median_latency(network: Network, batch_size: int, rounds: int) -> float:
    """Return the median time in ms that `network` takes for a batch of bitmaps."""
    bitmaps = np.random.default_rng(1).integers(0, 256, (batch_size, 28, 28), np.uint8)
    times = []
    for _ in range(rounds):
        start = time.perf_counter()
        network(bitmaps)
        times.append(time.perf_counter() - start)
    return float(np.median(times)) * 1000


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure the latency of each model on one core.")
    parser.add_argument("--rounds", type=int, default=500, help="predictions to measure (default: 500)")
    parser.add_argument("--models", type=Path, default=ROOT / "models", help="folder with the models")
    arguments = parser.parse_args()
    cards = [read_card(arguments.models, name) for name in find_names(arguments.models)]
    total = 0
    print("| network | parameters | file | one bitmap | 32 bitmaps |\n| --- | ---: | ---: | ---: | ---: |")
    for card in sorted(cards, key=lambda card: card["parameters"]):
        path = arguments.models / f"{card['name']}.keras"
        network = load_network(path, card)
        one, batch = (median_latency(network, size, arguments.rounds) for size in (1, 32))
        total += path.stat().st_size
        cells = (card["name"], f"{card['parameters']:,}", f"{path.stat().st_size / 1e6:.2f} MB")
        print("| " + " | ".join((*cells, f"{one:.2f} ms", f"{batch:.2f} ms")) + " |", flush=True)
    print(f"| total | | {total / 1e6:.2f} MB | | |")


if __name__ == "__main__":
    main()
