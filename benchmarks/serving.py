"""Throughput of the predict route, compared with an empty route and with a classic tutorial's server.

    python -m benchmarks.serving [--rounds 5] [--seconds 4] [--connections 1 16 200]

Load generator and servers share this machine. The targets are measured one at a time, in a different order
each round, so that other load on the machine affects all of them. The load is a closed loop on one thread.
conv predicts real pen digits in several stages of drawing.
"""

import argparse
import math
import os
import statistics
import sys
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

from benchmarks.load.closed_loop import LoadResult, run_closed_loop
from benchmarks.load.handwriting import INK, bitmap_bytes, canvas_json, ink_prefixes, read_digits
from benchmarks.load.http import JSON, make_request
from benchmarks.load.servers import classic_server, inkwise_server
from webapp.settings import ROOT

DIGITS = 100  # sent cyclically, each in up to ten stages of drawing
WARM_UP = 2.0  # seconds at most
# Additional seconds per connection: the classic server is so slow that few connections would get a response.
CLASSIC_EXTRA_TIME = 0.1
PREDICT, CLASSIC = "predict route", "classic tutorial server"
EMPTY_POST, EMPTY_GET = "empty route, the same request", "empty route, GET"


@dataclass(frozen=True)
class Target:
    """Requests to the server at a port."""

    port: int
    requests: list[bytes]
    extra_time: float = 0.0  # additional seconds of a measurement per connection


def main() -> None:
    """Measure all targets and print the table."""
    options = _parse()
    with (
        inkwise_server("--models", options.models, module="benchmarks.load.empty_route") as (port, *_),
        classic_server(options.models / "conv.keras") as classic_port,
    ):
        results = measure(make_targets(port, classic_port, options.ink), options)
    command = " ".join(["python -m benchmarks.serving", *sys.argv[1:]])
    print(f"\n{os.cpu_count()} cores, load and servers on the same machine: {command}\n")
    print_table(results)


def make_targets(port: int, classic_port: int | None, ink: Path) -> dict[str, Target]:
    """Return the targets by name; the classic server only if it has a port."""
    digits = read_digits(ink, DIGITS)
    bitmaps = [bitmap_bytes(prefix) for strokes in digits for prefix in ink_prefixes(strokes)]
    targets = {
        EMPTY_GET: Target(port, [make_request(port, "GET", "/api/empty")]),
        EMPTY_POST: Target(port, [make_request(port, "POST", "/api/empty", bitmap) for bitmap in bitmaps]),
        PREDICT: Target(port, [make_request(port, "POST", "/api/predict", bitmap) for bitmap in bitmaps]),
    }
    if classic_port is not None:
        bodies = [canvas_json(strokes) for strokes in digits]
        requests = [make_request(classic_port, "POST", "/predict", body, JSON) for body in bodies]
        targets[CLASSIC] = Target(classic_port, requests, CLASSIC_EXTRA_TIME)
    return targets


def measure(
    targets: dict[str, Target], options: argparse.Namespace
) -> dict[tuple[int, str], list[LoadResult]]:
    """Return the results of all rounds by connections and target. The order of targets rotates each round."""
    for target in targets.values():
        run_closed_loop(target.port, target.requests, 4, min(WARM_UP, options.seconds))
    results: dict[tuple[int, str], list[LoadResult]] = {}
    names = list(targets)
    for number in range(options.rounds):
        for connections in options.connections:
            for name in names:
                target = targets[name]
                seconds = options.seconds + target.extra_time * connections
                result = run_closed_loop(target.port, target.requests, connections, seconds)
                results.setdefault((connections, name), []).append(result)
                progress = f"round {number + 1}, {connections:3} connections, {name}"
                print(f"{progress}: {result.throughput:.0f}/s", file=sys.stderr, flush=True)
        names = names[1:] + names[:1]
    return results


def ratio(results: dict, connections: int, name: str, baseline: str) -> float:
    """Return the median over the rounds of a target's throughput divided by the baseline's."""
    pairs = zip(results[connections, name], results[connections, baseline], strict=True)
    return statistics.median(
        one.throughput / other.throughput if other.throughput else math.inf for one, other in pairs
    )


def print_table(results: dict[tuple[int, str], list[LoadResult]]) -> None:
    """Print throughput, latency percentiles, errors and ratios."""
    print("| connections | target | requests/s | p50 | p95 | p99 | errors | predict / this |")
    print("| ---: | --- | ---: | ---: | ---: | ---: | ---: | ---: |")
    for connections, name in sorted(results, key=lambda key: key[0]):
        rounds = results[connections, name]
        merged = LoadResult(1.0, list(chain.from_iterable(one.latencies for one in rounds)))
        latencies = [f"{merged.percentile(percent):.1f} ms" for percent in (50, 95, 99)]
        errors = sum(one.statuses.total() - len(one.latencies) for one in rounds)
        throughput = statistics.median(one.throughput for one in rounds)
        relative = ratio(results, connections, PREDICT, name)
        cells = [str(connections), name, f"{throughput:.0f}", *latencies, str(errors), f"{relative:.2f}"]
        print("| " + " | ".join(cells) + " |")


def _parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=5, help="repetitions (default: 5)")
    parser.add_argument("--seconds", type=float, default=4.0, help="per measurement (default: 4)")
    parser.add_argument(
        "--connections", type=int, nargs="+", default=[1, 16, 200], help="(default: 1 16 200)"
    )
    parser.add_argument("--ink", type=Path, default=INK, help="file with pen digits")
    parser.add_argument("--models", type=Path, default=ROOT / "models", help="folder with the models")
    return parser.parse_args()


if __name__ == "__main__":
    main()
