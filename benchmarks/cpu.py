"""CPU of the server for each answer, beside the network's own time, and memory afterwards.

    python -m benchmarks.cpu [--rounds 3] [--seconds 4] [--memory 100000]

The server's CPU time is read from the system, so what else runs on the machine counts little. The network's
own time is measured on one thread between the rounds, in the same minutes. --memory says after how many
predictions in all the memory of the server is read.
"""

import argparse
import statistics
import time
from pathlib import Path

import numpy as np
import psutil

from benchmarks.load.closed_loop import drive
from benchmarks.load.handwriting import INK, grow, read_digits, to_bytes
from benchmarks.load.http import make_request
from benchmarks.load.servers import inkwise
from webapp.nets.cards import read_card
from webapp.nets.network import load_network
from webapp.settings import ROOT

MODELS = ROOT / "models"
DIGITS = 100  # digits that are sent in turn, each at several moments of its drawing
CONNECTIONS = (16, 200)
ALONE = 2000  # predictions of the network by itself in each round


def main() -> None:
    """Measure in turns, and print the table."""
    options = _parse()
    bitmaps = [to_bytes(begun) for strokes in read_digits(options.ink, DIGITS) for begun in grow(strokes)]
    network = load_network(MODELS / "conv.keras", read_card(MODELS, "conv"))
    with inkwise("--models", MODELS) as (port, process_id, _):
        process = psutil.Process(process_id)
        asked = {
            "prediction": [make_request(port, "POST", "/api/predict", bitmap) for bitmap in bitmaps],
            "answer without Flask (/healthz)": [make_request(port, "GET", "/healthz")],
            "answer by Flask (/api/models)": [make_request(port, "GET", "/api/models")],
        }
        found: dict[tuple[str, int], list[float]] = {}
        alone: list[float] = []
        count = 0
        for _ in range(options.rounds):
            alone.append(time_alone(network, bitmaps))
            for name, requests in asked.items():
                for connections in CONNECTIONS:
                    milliseconds, answers = cpu_of(process, port, requests, connections, options.seconds)
                    found.setdefault((name, connections), []).append(milliseconds)
                    count += answers if name == "prediction" else 0
        while count < options.memory:
            count += cpu_of(process, port, asked["prediction"], CONNECTIONS[0], options.seconds)[1]
        memory = process.memory_info().rss / 1e6
    print_table(found, statistics.median(alone))
    print(f"\nMemory of the server after {count:,} predictions: {memory:.0f} MB")


def cpu_of(
    process: psutil.Process, port: int, requests: list[bytes], connections: int, seconds: float
) -> tuple[float, int]:
    """Return the server's CPU time for each answer in ms, and how many answers came."""
    before = process.cpu_times()
    outcome = drive(port, requests, connections, seconds)
    after = process.cpu_times()
    assert outcome.kinds.total() == len(outcome.times), f"expected answers alone, received {outcome.kinds}"
    used = after.user + after.system - before.user - before.system
    return 1000 * used / len(outcome.times), len(outcome.times)


def time_alone(network, bitmaps: list[bytes]) -> float:
    """Return the CPU time in ms that the network takes for one bitmap, on one thread."""
    arrays = [np.frombuffer(bitmap, np.uint8).reshape(1, 28, 28) for bitmap in bitmaps]
    begun = time.process_time()
    for number in range(ALONE):
        network(arrays[number % len(arrays)])
    return 1000 * (time.process_time() - begun) / ALONE


def print_table(found: dict[tuple[str, int], list[float]], alone: float) -> None:
    """Print medians; of predictions also what is left without the network's own time."""
    print("| server CPU for each | connections | ms | less the network's own |")
    print("| --- | ---: | ---: | ---: |")
    for (name, connections), rounds in found.items():
        milliseconds = statistics.median(rounds)
        left = f"{milliseconds - alone:.2f}" if name == "prediction" else ""
        print(f"| {name} | {connections} | {milliseconds:.2f} | {left} |")
    print(f"| prediction by the network alone | | {alone:.2f} | |")


def _parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=3, help="how often all is measured (default: 3)")
    parser.add_argument("--seconds", type=float, default=4.0, help="of each measurement (default: 4)")
    parser.add_argument("--memory", type=int, default=100_000, help="predictions before memory is read")
    parser.add_argument("--ink", type=Path, default=INK, help="file with pen digits")
    return parser.parse_args()


if __name__ == "__main__":
    main()
