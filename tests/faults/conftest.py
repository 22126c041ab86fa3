"""One real server for all fault tests, and a table of their measurements.

CI runs short forms with time limits that a busy machine meets too. `make soak` (INKWISE_SOAK=1) runs long
forms with the exact limits of docs/reliability.md and prints the table.
"""

import os
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from benchmarks.load.handwriting import bitmap_bytes, ink_prefixes, read_digits
from tests.faults.client import MODELS, Client, ControlledServer

IS_SOAK = bool(os.environ.get("INKWISE_SOAK"))
LOOSER = 1 if IS_SOAK else 20  # times that a limit in seconds is looser in the short form
FIGURES = pytest.StashKey[list[tuple[str, str]]]()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark all tests here as slow: they start a real server."""
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
    """Scale of a test: sizes and time limits."""

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
    """Return a function that records a measurement: its name and its result."""
    return lambda what, found: request.config.stash[FIGURES].append((what, found))


@pytest.fixture(scope="session")
def bitmaps(data_folder) -> list[bytes]:
    """1,000 bitmaps of real ink, partly incomplete."""
    digits = read_digits(data_folder / "pen_digits.jsonl", 120)
    return [bitmap_bytes(begun) for strokes in digits for begun in ink_prefixes(strokes)][:1000]


@dataclass(frozen=True)
class FirstPrediction:
    """The duration of the first prediction after `/readyz`, and the median of the next ones, in seconds."""

    first: float
    median: float


@pytest.fixture(scope="session")
def server_and_first(bitmaps) -> Iterator[tuple[ControlledServer, FirstPrediction]]:
    """The server with the shipped models, and the duration of its first prediction."""
    with ControlledServer(MODELS) as server:
        server.wait_until_ready()
        with Client(server) as client:
            client.check_ready()  # as pages do, on the same connection
            times = [_time(client, bitmap) for bitmap in bitmaps[:300]]
        yield server, FirstPrediction(times[0], float(np.median(times)))
        server.stop()
        assert "Traceback" not in server.errors, server.errors


def _time(client: Client, bitmap: bytes) -> float:
    begun = time.perf_counter()
    client.predict(bitmap)
    return time.perf_counter() - begun


@pytest.fixture(scope="session")
def server(server_and_first) -> ControlledServer:
    """The shared server."""
    return server_and_first[0]
