"""CPU time of the server per response, compared with the network alone, and memory of the server.

    python -m benchmarks.cpu [--rounds 3] [--seconds 4] [--memory 100000]

CPU time comes from the operating system, so other processes have little influence. The network alone is
measured on one thread between the rounds, under the same conditions. --memory sets the number of
predictions before the memory measurement.
"""

import argparse
import statistics
import time
from pathlib import Path

import numpy as np
import psutil

from benchmarks.load.closed_loop import run_closed_loop
from benchmarks.load.handwriting import INK, bitmap_bytes, ink_prefixes, read_digits
from benchmarks.load.http import make_request
from benchmarks.load.servers import inkwise_server
from webapp.nets.cards import read_card
from webapp.nets.network import load_network
from webapp.settings import ROOT

MODELS = ROOT / "models"
DIGITS = 100  # sent cyclically, each in several stages of drawing
CONNECTIONS = (16, 200)
BASELINE_PREDICTIONS = 2000  # of the network alone, per round


def main() -> None:
    """Alternate between all targets, and print the table."""
    options = _parse()
    digits = read_digits(options.ink, DIGITS)
    bitmaps = [bitmap_bytes(prefix) for strokes in digits for prefix in ink_prefixes(strokes)]
    network = load_network(MODELS / "conv.keras", read_card(MODELS, "conv"))
    with inkwise_server("--models", MODELS) as (port, process_id, _):
        process = psutil.Process(process_id)
        targets = {
            "prediction": [make_request(port, "POST", "/api/predict", bitmap) for bitmap in bitmaps],
            "response without Flask (/healthz)": [make_request(port, "GET", "/healthz")],
            "response by Flask (/api/models)": [make_request(port, "GET", "/api/models")],
        }
        results: dict[tuple[str, int], list[float]] = {}
        baseline: list[float] = []
        predictions = 0
        for _ in range(options.rounds):
            baseline.append(measure_network(network, bitmaps))
            for name, requests in targets.items():
                for connections in CONNECTIONS:
                    cpu_ms, responses = measure_cpu(process, port, requests, connections, options.seconds)
                    results.setdefault((name, connections), []).append(cpu_ms)
                    predictions += responses if name == "prediction" else 0
        while predictions < options.memory:
            requests = targets["prediction"]
            predictions += measure_cpu(process, port, requests, CONNECTIONS[0], options.seconds)[1]
        memory = process.memory_info().rss / 1e6
    print_table(results, statistics.median(baseline))
    print(f"\nMemory of the server after {predictions:,} predictions: {memory:.0f} MB")


def measure_cpu(
    process: psutil.Process, port: int, requests: list[bytes], connections: int, seconds: float
) -> tuple[float, int]:
    """Return the server's CPU time per response in ms, and the number of responses."""
    before = process.cpu_times()
    result = run_closed_loop(port, requests, connections, seconds)
    after = process.cpu_times()
    succeeded = len(result.latencies)
    assert result.statuses.total() == succeeded, f"expected no errors, received {result.statuses}"
    used = after.user + after.system - before.user - before.system
    return 1000 * used / succeeded, succeeded


def measure_network(network, bitmaps: list[bytes]) -> float:
    """Return the CPU time in ms of one prediction without a server, on one thread."""
    arrays = [np.frombuffer(bitmap, np.uint8).reshape(1, 28, 28) for bitmap in bitmaps]
    start = time.process_time()
    for number in range(BASELINE_PREDICTIONS):
        network(arrays[number % len(arrays)])
    return 1000 * (time.process_time() - start) / BASELINE_PREDICTIONS


def print_table(results: dict[tuple[str, int], list[float]], baseline: float) -> None:
    """Print medians, and for predictions the difference from the baseline."""
    print("| server CPU per | connections | ms | without the network |")
    print("| --- | ---: | ---: | ---: |")
    for (name, connections), rounds in results.items():
        cpu_ms = statistics.median(rounds)
        overhead = f"{cpu_ms - baseline:.2f}" if name == "prediction" else ""
        print(f"| {name} | {connections} | {cpu_ms:.2f} | {overhead} |")
    print(f"| prediction by the network alone | | {baseline:.2f} | |")


def _parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=3, help="repetitions (default: 3)")
    parser.add_argument("--seconds", type=float, default=4.0, help="per measurement (default: 4)")
    parser.add_argument("--memory", type=int, default=100_000, help="predictions before memory is measured")
    parser.add_argument("--ink", type=Path, default=INK, help="file with pen digits")
    return parser.parse_args()


if __name__ == "__main__":
    main()
