"""A room full of simulated phones that draw like people: how long answers take, and whether any fails.

    python -m benchmarks.room [--phones 300] [--rate 300] [--seconds 60] [--times 3] [--drawings 2]
    [--arrivals 30]

Each phone asks while a digit of a real hand is drawn, never twice at once, and pauses between two
digits; --rate is what all ask together in a second. With --times 3 three times as many follow for a while,
who ask on when they are refused, and then it is measured how soon all is normal again. With --drawings or
--arrivals the phones are a room: each is a browser that opens the join page with all its files over six
connections and keeps them, joins, follows an event stream, and all together send so many drawings a second; a
wall and a presenter are there too, who starts a round every 3 s. Server and phones share this machine.
"""

import argparse
import asyncio
import os
import sys
from contextlib import nullcontext
from pathlib import Path

from benchmarks.load.browser import CONNECTIONS
from benchmarks.load.handwriting import INK, grow, read_digits, to_bytes
from benchmarks.load.http import make_request
from benchmarks.load.phones import Phone, live_together
from benchmarks.load.servers import Running, inkwise
from benchmarks.load.tally import Tally
from benchmarks.load.visitors import Presenter, RoomTally, Visitor, Wall
from webapp.server.lifecycle import allow_open_files
from webapp.settings import ROOT

DIGITS = 100
ARRIVALS = 3.0  # seconds within which all phones come, where nothing else is said
WINDOW, STEP = 1.0, 0.1  # seconds; a window is normal where the answers in it are
NORMAL = 100.0  # ms at the 95th percentile, and no error
HEADER = "| what | requests | a second | p50 | p95 | p99 | longest | refused (503) | other errors |"


def main() -> None:
    """Let the phones draw, and print what came of it."""
    options = _parse()
    allow_open_files((CONNECTIONS + 2) * options.phones)
    given = nullcontext(Running(options.port, 0, None))
    with given if options.port else inkwise("--models", options.models) as server:
        options.presenter_link = server.presenter_link
        questions, room = asyncio.run(load(server.port, options))
    print(f"{os.cpu_count()} cores, phones and server on the same machine: ", end="")
    print(" ".join(["python -m benchmarks.room", *sys.argv[1:]]) + "\n")
    print(HEADER + "\n| --- |" + " ---: |" * 8)
    print_questions(questions, options)
    if room.pages.kinds:
        print_room(room, options)
    if options.times > 1:
        over = options.seconds + options.overload
        print(f"\nnormal again after {recovery(questions, over, options.after):.1f} s")


async def load(port: int, options: argparse.Namespace) -> tuple[Tally, RoomTally]:
    """Return what came of all that the phones asked and did."""
    digits, rate = make_questions(port, options.ink), options.rate / options.phones
    everybody, whole = round(options.phones * max(1.0, options.times)), options.seconds
    whole += options.overload + options.after if options.times > 1 else 0
    questions, room = Tally(), RoomTally()
    phones = [Phone(port, digits, rate, questions, seed) for seed in range(everybody)]
    lives, more = phones[: options.phones], phones[options.phones :]
    if options.drawings or options.arrivals:
        inks = [[stroke.tolist() for stroke in strokes] for strokes in read_digits(options.ink, DIGITS)]
        each, arrivals = options.drawings / options.phones, options.arrivals or ARRIVALS
        lives += [Visitor(port, inks, each, room, seed, arrivals) for seed in range(options.phones)]
        lives.append(Wall(port, room))
        if options.presenter_link:
            lives.append(Presenter(port, options.presenter_link, room))
    async with asyncio.TaskGroup() as group:
        group.create_task(live_together(lives, whole))
        if more:
            await asyncio.sleep(options.seconds)
            group.create_task(live_together(more, options.overload))
    return questions, room


def make_questions(port: int, ink: Path) -> list[list[bytes]]:
    """Return for each of many digits what a page asks while it is drawn."""
    drawings = [[to_bytes(begun) for begun in grow(strokes)] for strokes in read_digits(ink, DIGITS)]
    return [[make_request(port, "POST", "/api/predict", bitmap) for bitmap in digit] for digit in drawings]


def recovery(tally: Tally, since: float, seconds: float) -> float:
    """Return after how many of the `seconds` since a moment all is normal; infinity where it never is."""
    begins = [since + step * STEP for step in range(round((seconds - WINDOW) / STEP))]
    wrong = [begin for begin in begins if not is_normal(tally.part(begin, begin + WINDOW))]
    if not wrong:
        return 0.0
    return float("inf") if wrong[-1] == begins[-1] else wrong[-1] - since + STEP


def is_normal(window: Tally) -> bool:
    """Return whether answers came, without an error, and as fast as they should."""
    return bool(window.kinds) and not window.errors and window.percentile(95) <= NORMAL


def print_questions(questions: Tally, options: argparse.Namespace) -> None:
    """Print a row for each part of the load."""
    end, over = options.seconds, options.seconds + options.overload
    print_row(f"answers for {options.phones} phones", questions.part(0, end), end)
    if options.times > 1:
        print_row(f"{options.times:g} times as many", questions.part(end, over), options.overload)
        print_row("after that", questions.part(over, over + options.after), options.after)


def print_room(room: RoomTally, options: argparse.Namespace) -> None:
    """Print a row for each thing that the people of the room did, and what became of the drawings."""
    seconds = options.seconds + (options.overload + options.after if options.times > 1 else 0)
    rows = {
        "the join page": room.pages,
        "news": room.looks,
        "sent drawings": room.sends,
        "the wall": room.walls,
    }
    for what, tally in rows.items():
        print_row(what, tally, seconds)
    for what, times in (
        ("stored -> on the wall", room.shown),
        ("round started -> on a phone", room.followed),
    ):
        if times:
            late = [
                f"{times[min(len(times) - 1, int(len(times) * share))]:.2f} s" for share in (0.5, 0.95, 1)
            ]
            print(f"\n{what}: p50 {late[0]}, p95 {late[1]}, longest {late[2]}, {len(times):,} times")
    print(f"{len(room.stored):,} drawings stored; {len(room.started)} rounds for {options.phones} phones")


def print_row(what: str, tally: Tally, seconds: float) -> None:
    """Print a row of the table."""
    errors = tally.errors
    refused = errors.pop(503, 0)
    times = [f"{tally.percentile(share):.1f} ms" for share in (50, 95, 99, 100)]
    told = ", ".join(f"{count} {kind}" for kind, count in errors.items()) or "0"
    if refused:
        refused = f"{refused}, p95 {tally.percentile(95, (503,)):.1f} ms"
    cells = [what, f"{len(tally.kinds):,}", f"{len(tally.kinds) / seconds:.0f}", *times, str(refused), told]
    print("| " + " | ".join(cells) + " |")


def _parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--phones", type=int, default=300, help="(default: 300)")
    parser.add_argument("--rate", type=float, default=300, help="questions a second of all (default: 300)")
    parser.add_argument("--seconds", type=float, default=60, help="of the measurement (default: 60)")
    parser.add_argument("--times", type=float, default=1, help="so many times that load afterwards")
    parser.add_argument("--overload", type=float, default=30, help="seconds of that (default: 30)")
    parser.add_argument("--after", type=float, default=20, help="seconds to look whether it is over (20)")
    parser.add_argument("--drawings", type=float, default=0, help="drawings a second sent to the room")
    parser.add_argument("--arrivals", type=float, default=0, help="seconds in which the phones come (3)")
    parser.add_argument("--port", type=int, help="of a server that runs already; else one is started")
    parser.add_argument("--ink", type=Path, default=INK, help="file with pen digits")
    parser.add_argument("--models", type=Path, default=ROOT / "models", help="folder with the models")
    return parser.parse_args()


if __name__ == "__main__":
    main()
