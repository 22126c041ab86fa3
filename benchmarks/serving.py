"""Requests a second, beside an empty route of the same server and beside the classic tutorial's server.

    python -m benchmarks.serving [--rounds 5] [--seconds 4] [--connections 1 16 200]

All servers run on this machine beside the load, one is asked at a time, and they take turns, so that
whatever else happens on the machine happens to all. The load is one thread that asks again on each
connection as soon as its answer is there. Conv is asked to read digits of real hands while they are drawn.
"""

import argparse
import math
import os
import statistics
import sys
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

from benchmarks.load.closed_loop import Outcome, drive
from benchmarks.load.handwriting import INK, grow, read_digits, to_bytes, to_picture
from benchmarks.load.http import JSON, make_request
from benchmarks.load.servers import classic_server, inkwise
from webapp.settings import ROOT

DIGITS = 100  # hands' digits that are sent in turn, each at up to ten moments of its drawing
WARM_UP = 2.0  # seconds at most
PER_CONNECTION = 0.1  # seconds more of the classic server for each connection, or few would get an answer
PREDICT, CLASSIC = "predict route", "classic tutorial server"
EMPTY_POST, EMPTY_GET = "empty route, the same request", "empty route, GET"


@dataclass(frozen=True)
class Target:
    """What is asked: requests to the server at a port."""

    port: int
    requests: list[bytes]
    per_connection: float = 0.0  # further seconds of a measurement for each connection


def main() -> None:
    """Measure in turns, and print the tables."""
    options = _parse()
    with (
        inkwise("--models", options.models, module="benchmarks.load.empty_route") as (port, *_),
        classic_server(options.models / "conv.keras") as classic_port,
    ):
        found = measure(make_targets(port, classic_port, options.ink), options)
    command = " ".join(["python -m benchmarks.serving", *sys.argv[1:]])
    print(f"\n{os.cpu_count()} cores, load and servers on the same machine: {command}\n")
    print_table(found)


def make_targets(port: int, classic_port: int | None, ink: Path) -> dict[str, Target]:
    """Return what is measured, by name; without the classic server where it has no port."""
    digits = read_digits(ink, DIGITS)
    bitmaps = [to_bytes(begun) for strokes in digits for begun in grow(strokes)]
    targets = {
        EMPTY_GET: Target(port, [make_request(port, "GET", "/api/empty")]),
        EMPTY_POST: Target(port, [make_request(port, "POST", "/api/empty", bitmap) for bitmap in bitmaps]),
        PREDICT: Target(port, [make_request(port, "POST", "/api/predict", bitmap) for bitmap in bitmaps]),
    }
    if classic_port is not None:
        pictures = [to_picture(strokes) for strokes in digits]
        requests = [make_request(classic_port, "POST", "/predict", picture, JSON) for picture in pictures]
        targets[CLASSIC] = Target(classic_port, requests, PER_CONNECTION)
    return targets


def measure(targets: dict[str, Target], options: argparse.Namespace) -> dict[tuple[int, str], list[Outcome]]:
    """Return the rounds' outcomes by connections and target. The first to be asked changes with the round."""
    for target in targets.values():
        drive(target.port, target.requests, 4, min(WARM_UP, options.seconds))
    found: dict[tuple[int, str], list[Outcome]] = {}
    names = list(targets)
    for number in range(options.rounds):
        for connections in options.connections:
            for name in names:
                target = targets[name]
                seconds = options.seconds + target.per_connection * connections
                outcome = drive(target.port, target.requests, connections, seconds)
                found.setdefault((connections, name), []).append(outcome)
                told = f"round {number + 1}, {connections:3} connections, {name}: {outcome.rate:.0f}/s"
                print(told, file=sys.stderr, flush=True)
        names = names[1:] + names[:1]
    return found


def ratio(found: dict, connections: int, name: str, to: str) -> float:
    """Return the median over the rounds of how many times as many answers one target gives as another."""
    pairs = zip(found[connections, name], found[connections, to], strict=True)
    return statistics.median(one.rate / other.rate if other.rate else math.inf for one, other in pairs)


def print_table(found: dict[tuple[int, str], list[Outcome]]) -> None:
    """Print rates, times and ratios."""
    print("| connections | asked | requests/s | p50 | p95 | p99 | errors | predict / this |")
    print("| ---: | --- | ---: | ---: | ---: | ---: | ---: | ---: |")
    for connections, name in sorted(found, key=lambda key: key[0]):
        rounds = found[connections, name]
        together = Outcome(1.0, list(chain.from_iterable(one.times for one in rounds)))
        times = [f"{together.percentile(share):.1f} ms" for share in (50, 95, 99)]
        errors = sum(one.kinds.total() - len(one.times) for one in rounds)
        rate = statistics.median(one.rate for one in rounds)
        share = ratio(found, connections, PREDICT, name)
        cells = [str(connections), name, f"{rate:.0f}", *times, str(errors), f"{share:.2f}"]
        print("| " + " | ".join(cells) + " |")


def _parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=5, help="how often all is measured (default: 5)")
    parser.add_argument("--seconds", type=float, default=4.0, help="of each measurement (default: 4)")
    parser.add_argument("--connections", type=int, nargs="+", default=[1, 16, 200], help="(1 16 200)")
    parser.add_argument("--ink", type=Path, default=INK, help="file with pen digits")
    parser.add_argument("--models", type=Path, default=ROOT / "models", help="folder with the models")
    return parser.parse_args()


if __name__ == "__main__":
    main()
