"""One real server that all fault tests share, and the figures that they find.

CI runs short forms. `make soak` (INKWISE_SOAK=1) runs the same tests long, with the exact limits of
docs/reliability.md, and prints a table of what was measured. In the short forms limits of time are many
times looser: a machine that is busy with something else must not fail them.
"""

import os
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from benchmarks.load.handwriting import grow, read_digits, to_bytes
from tests.faults.client import MODELS, Client, TellingServer

IS_SOAK = bool(os.environ.get("INKWISE_SOAK"))
LOOSER = 1 if IS_SOAK else 20  # times that a limit in seconds is looser in the short form
FIGURES = pytest.StashKey[list[tuple[str, str]]]()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Every test here starts a real server."""
    for item in items:
        if item.path.is_relative_to(Path(__file__).parent):
            item.add_marker(pytest.mark.slow)


def pytest_configure(config: pytest.Config) -> None:
    config.stash[FIGURES] = []


def pytest_terminal_summary(terminalreporter, config: pytest.Config) -> None:
    """Print the figures as a table, in the long form."""
    if IS_SOAK and config.stash[FIGURES]:
        terminalreporter.section("figures")
        for what, found in config.stash[FIGURES]:
            terminalreporter.write_line(f"| {what} | {found} |")


@dataclass(frozen=True)
class Extent:
    """How long a test is, and how exact."""

    is_soak: bool

    def __call__(self, short: int, long: int) -> int:
        """Return how many: `short` in CI, `long` in the soak run."""
        return long if self.is_soak else short

    @staticmethod
    def seconds(limit: float) -> float:
        """Return the limit, looser in CI."""
        return limit * LOOSER


@pytest.fixture(scope="session")
def extent() -> Extent:
    """The extent of this run."""
    return Extent(IS_SOAK)


@pytest.fixture(scope="session")
def figure(request) -> Callable[[str, str], None]:
    """A function that notes a figure: what was measured, and what was found."""
    return lambda what, found: request.config.stash[FIGURES].append((what, found))


@pytest.fixture(scope="session")
def bitmaps(data_folder) -> list[bytes]:
    """1,000 bitmaps of real ink, some of it half drawn."""
    digits = read_digits(data_folder / "pen_digits.jsonl", 120)
    return [to_bytes(begun) for strokes in digits for begun in grow(strokes)][:1000]


@dataclass(frozen=True)
class FirstAnswer:
    """How long the very first answer after `/readyz` took, and what the next ones took, in seconds."""

    first: float
    median: float


@pytest.fixture(scope="session")
def server_and_first(bitmaps) -> Iterator[tuple[TellingServer, FirstAnswer]]:
    """The server with the shipped models, warm, and what its first request took."""
    with TellingServer(MODELS) as server:
        server.wait_until_ready()
        with Client(server) as client:
            client.ask_whether_ready()  # as every page does, on the connection that it goes on with
            times = [_time(client, bitmap) for bitmap in bitmaps[:300]]
        yield server, FirstAnswer(times[0], float(np.median(times)))
        server.stop()
        assert "Traceback" not in server.errors, server.errors


def _time(client: Client, bitmap: bytes) -> float:
    begun = time.perf_counter()
    client.predict(bitmap)
    return time.perf_counter() - begun


@pytest.fixture(scope="session")
def server(server_and_first) -> TellingServer:
    """The server that every test leaves alive and idle."""
    return server_and_first[0]
