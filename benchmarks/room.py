"""Load test of a room: latency and errors with hundreds of simulated phones.

    python -m benchmarks.room [--phones 300] [--rate 300] [--seconds 60] [--times 3] [--drawings 2]
    [--arrivals 30]

Each phone requests predictions while it draws a real pen digit, one request at a time, and pauses between
digits; --rate is the total of all phones. --times 3 adds an overload of three times that load, in which
phones continue after rejections, and measures the time until latency is normal again. --drawings or
--arrivals adds a room: each phone is also a browser that opens the join page with all its files over six
keep-alive connections, joins, follows an event stream, and sends its share of --drawings; a wall and a
presenter who starts a round every 3 s are connected too. Server and clients share this machine.
"""

import argparse
import asyncio
import os
import sys
from contextlib import nullcontext
from pathlib import Path

from benchmarks.load.browser import CONNECTIONS
from benchmarks.load.clients import DrawingClient, run_clients
from benchmarks.load.handwriting import INK, bitmap_bytes, ink_prefixes, read_digits
from benchmarks.load.http import make_request
from benchmarks.load.latencies import LatencyRecorder
from benchmarks.load.room_clients import ParticipantClient, PresenterClient, RoomRecorder, WallClient
from benchmarks.load.servers import RunningServer, inkwise_server
from webapp.server.lifecycle import allow_open_files
from webapp.settings import ROOT

DIGITS = 100
RAMP_UP = 3.0  # seconds within which all phones arrive, unless --arrivals sets it
WINDOW, STEP = 1.0, 0.1  # seconds: length and distance of the windows in which latency is checked
P95_LIMIT = 100.0  # ms; below it and without errors, a window is normal
HEADER = "| requests | count | per second | p50 | p95 | p99 | max | rejected (503) | other errors |"


def main() -> None:
    """Run the load test and print the results."""
    options = _parse()
    allow_open_files((CONNECTIONS + 2) * options.phones)
    existing = nullcontext(RunningServer(options.port, 0, None))
    with existing if options.port else inkwise_server("--models", options.models) as server:
        options.presenter_link = server.presenter_link
        predictions, room = asyncio.run(run_load(server.port, options))
    print(f"{os.cpu_count()} cores, clients and server on the same machine: ", end="")
    print(" ".join(["python -m benchmarks.room", *sys.argv[1:]]) + "\n")
    print(HEADER + "\n| --- |" + " ---: |" * 8)
    print_predictions(predictions, options)
    if room.pages.statuses:
        print_room(room, options)
    if options.times > 1:
        end = options.seconds + options.overload
        print(f"\nnormal latency after {recovery_time(predictions, end, options.after):.1f} s")


async def run_load(port: int, options: argparse.Namespace) -> tuple[LatencyRecorder, RoomRecorder]:
    """Run all clients. Return the measurements of predictions and of the room."""
    digits, rate = make_predict_requests(port, options.ink), options.rate / options.phones
    count, duration = round(options.phones * max(1.0, options.times)), options.seconds
    duration += options.overload + options.after if options.times > 1 else 0
    predictions, room = LatencyRecorder(), RoomRecorder()
    phones = [DrawingClient(port, digits, rate, predictions, seed) for seed in range(count)]
    clients, overload = phones[: options.phones], phones[options.phones :]
    if options.drawings or options.arrivals:
        clients += make_room_clients(port, room, options)
    async with asyncio.TaskGroup() as group:
        group.create_task(run_clients(clients, duration))
        if overload:
            await asyncio.sleep(options.seconds)
            group.create_task(run_clients(overload, options.overload))
    return predictions, room


def make_predict_requests(port: int, ink: Path) -> list[list[bytes]]:
    """Return for each digit the requests that a page sends while the digit is drawn."""
    inks = read_digits(ink, DIGITS)
    digits = [[bitmap_bytes(prefix) for prefix in ink_prefixes(strokes)] for strokes in inks]
    return [[make_request(port, "POST", "/api/predict", bitmap) for bitmap in digit] for digit in digits]


def make_room_clients(port: int, room: RoomRecorder, options: argparse.Namespace) -> list:
    """Return the participants, the wall, and the presenter if their link is known."""
    inks = [[stroke.tolist() for stroke in strokes] for strokes in read_digits(options.ink, DIGITS)]
    rate, ramp_up = options.drawings / options.phones, options.arrivals or RAMP_UP
    clients = [ParticipantClient(port, inks, rate, room, seed, ramp_up) for seed in range(options.phones)]
    clients.append(WallClient(port, room))
    if options.presenter_link:
        clients.append(PresenterClient(port, options.presenter_link, room))
    return clients


def recovery_time(recorder: LatencyRecorder, since: float, seconds: float) -> float:
    """Return the seconds after `since` until all windows are normal; infinity if the last is not."""
    begins = [since + step * STEP for step in range(round((seconds - WINDOW) / STEP))]
    slow = [begin for begin in begins if not is_normal(recorder.between(begin, begin + WINDOW))]
    if not slow:
        return 0.0
    return float("inf") if slow[-1] == begins[-1] else slow[-1] - since + STEP


def is_normal(window: LatencyRecorder) -> bool:
    """Return whether a window holds responses, no errors, and a p95 within P95_LIMIT."""
    return bool(window.statuses) and not window.errors and window.percentile(95) <= P95_LIMIT


def print_predictions(predictions: LatencyRecorder, options: argparse.Namespace) -> None:
    """Print a row for each phase of the load."""
    end, over = options.seconds, options.seconds + options.overload
    print_row(f"predictions for {options.phones} phones", predictions.between(0, end), end)
    if options.times > 1:
        print_row(f"{options.times:g} times that load", predictions.between(end, over), options.overload)
        print_row("after the overload", predictions.between(over, over + options.after), options.after)


def print_room(room: RoomRecorder, options: argparse.Namespace) -> None:
    """Print a row for each kind of request in the room, and the delays of drawings and rounds."""
    seconds = options.seconds + (options.overload + options.after if options.times > 1 else 0)
    rows = {
        "join page": room.pages,
        "state": room.states,
        "drawings": room.drawings,
        "wall": room.walls,
    }
    for name, recorder in rows.items():
        print_row(name, recorder, seconds)
    delays = {"stored -> on the wall": room.wall_delays, "round started -> on a phone": room.round_delays}
    for name, times in delays.items():
        if times:
            p50, p95, longest = (
                f"{times[min(len(times) - 1, int(len(times) * share))]:.2f} s" for share in (0.5, 0.95, 1)
            )
            print(f"\n{name}: p50 {p50}, p95 {p95}, max {longest}, {len(times):,} samples")
    stored, rounds = len(room.drawings_stored), len(room.rounds_started)
    print(f"{stored:,} drawings stored; {rounds} rounds for {options.phones} phones")


def print_row(name: str, recorder: LatencyRecorder, seconds: float) -> None:
    """Print a row of the table."""
    errors = recorder.errors
    rejected = str(errors.pop(503, 0))
    if rejected != "0":
        rejected += f", p95 {recorder.percentile(95, (503,)):.1f} ms"
    latencies = [f"{recorder.percentile(percent):.1f} ms" for percent in (50, 95, 99, 100)]
    others = ", ".join(f"{count} {status}" for status, count in errors.items()) or "0"
    count = len(recorder.statuses)
    cells = [name, f"{count:,}", f"{count / seconds:.0f}", *latencies, rejected, others]
    print("| " + " | ".join(cells) + " |")


def _parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--phones", type=int, default=300, help="number of phones (default: 300)")
    parser.add_argument("--rate", type=float, default=300, help="predictions per second (default: 300)")
    parser.add_argument("--seconds", type=float, default=60, help="duration (default: 60)")
    parser.add_argument("--times", type=float, default=1, help="factor of the overload (default: none)")
    parser.add_argument("--overload", type=float, default=30, help="seconds of the overload (default: 30)")
    parser.add_argument("--after", type=float, default=20, help="seconds after the overload (default: 20)")
    parser.add_argument("--drawings", type=float, default=0, help="drawings per second sent to the room")
    parser.add_argument("--arrivals", type=float, default=0, help="seconds in which phones arrive (3)")
    parser.add_argument("--port", type=int, help="port of a running server (default: start one)")
    parser.add_argument("--ink", type=Path, default=INK, help="file with pen digits")
    parser.add_argument("--models", type=Path, default=ROOT / "models", help="folder with the models")
    return parser.parse_args()


if __name__ == "__main__":
    main()
