"""One device cannot stop the show: others' latency, memory and temporary files under each attack."""

import contextlib
import http.client
import json
import statistics
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.faults.attacks import MANY_AT_ONCE, REQUESTS, costly_ink
from tests.faults.client import BYTES, MODELS, ControlledServer
from tests.faults.conftest import IS_SOAK
from tests.faults.test_memory import resident_memory
from tests.waiting import TIMEOUT
from webapp.settings import ROOT

VICTIM, PRESENTER = ("127.0.0.20", "127.0.0.1") if sys.platform == "linux" else ("127.0.0.1", "127.0.0.1")
PAUSE = 0.02  # seconds between requests of a client that is measured
WALL = 200 if IS_SOAK else 40  # drawings
MOST_GROWTH, MOST_TEMPORARY = 60, 200  # MB
MEGABYTE = 1e6


@dataclass
class Outcome:
    """What clients besides an attacker saw: seconds of each response, and status codes other than 2xx."""

    times: list[float] = field(default_factory=list)
    failures: list[object] = field(default_factory=list)

    @property
    def p95(self) -> float:
        return statistics.quantiles(self.times, n=20)[-1] if len(self.times) > 1 else float("inf")


class Victim(threading.Thread):
    """A phone or the presenter: predictions and the state, then a page and joining, on new connections."""

    def __init__(self, server, address: str, bitmap: bytes, is_over: threading.Event):
        super().__init__(daemon=True)
        self.outcome = Outcome()
        self._server, self._address, self._bitmap, self._is_over = server, address, bitmap, is_over

    def run(self) -> None:
        while not self._is_over.is_set():
            with contextlib.closing(self._connect()) as connection:
                for _ in range(10):
                    self._ask(connection, "POST", "/api/predict", self._bitmap, BYTES)
                    self._ask(connection, "GET", "/api/room/state")
                self._ask(connection, "GET", "/join")
            with contextlib.closing(self._connect()) as connection:
                self._ask(connection, "POST", "/api/room/participants", b"{}", "application/json")
                self._is_over.wait(1.0)  # one address may join once a second

    def _connect(self) -> http.client.HTTPConnection:
        return http.client.HTTPConnection(
            self._server.host, self._server.port, timeout=TIMEOUT, source_address=(self._address, 0)
        )

    def _ask(self, connection, method: str, path: str, body: bytes | None = None, kind: str = "") -> None:
        begun = time.perf_counter()
        try:
            connection.request(method, path, body, {"Content-Type": kind} if kind else {})
            response = connection.getresponse()
            response.read()
        except (OSError, http.client.HTTPException) as error:
            self.outcome.failures.append(f"{path} {error!r}")
            connection.close()
            return
        self.outcome.times.append(time.perf_counter() - begun)
        if response.status >= 300:
            self.outcome.failures.append(f"{path} {response.status}")
        self._is_over.wait(PAUSE)


@pytest.fixture(scope="module")
def attacked(bitmaps) -> Iterator[ControlledServer]:
    """A server with a full wall of large drawings, for this file only."""
    with ControlledServer(MODELS) as server:
        server.wait_until_ready()
        connection = http.client.HTTPConnection(server.host, server.port, timeout=TIMEOUT)
        connection.request("POST", "/api/room/participants")
        response = connection.getresponse()
        response.read()
        headers = {
            "Cookie": response.headers["Set-Cookie"].partition(";")[0],
            "Content-Type": "application/json",
        }
        body = json.dumps(json.loads(costly_ink()) | {"label": 4})
        for _ in range(WALL):
            connection.request("PUT", f"/api/room/drawings/{uuid.uuid4()}", body, headers)
            response = connection.getresponse()
            assert response.status == 201, response.read()
            response.read()
        connection.close()
        yield server
        server.stop()
        assert "Traceback" not in server.errors, server.errors


def run_attack(server, name: str, seconds: float, bitmap: bytes) -> dict[str, Outcome]:
    """Attack for some seconds, and return what a phone and the presenter saw."""
    is_over = threading.Event()
    victims = {
        "phone": Victim(server, VICTIM, bitmap, is_over),
        "presenter": Victim(server, PRESENTER, bitmap, is_over),
    }
    command = [
        sys.executable,
        "-m",
        "tests.faults.attacks",
        name,
        server.host,
        str(server.port),
        str(seconds),
    ]
    attacker = subprocess.Popen(command, cwd=ROOT)
    try:
        for victim in victims.values():
            victim.start()
        is_over.wait(seconds)
    finally:
        is_over.set()
        attacker.kill()
        attacker.wait(TIMEOUT)
    for victim in victims.values():
        victim.join(TIMEOUT)
    return {who: victim.outcome for who, victim in victims.items()}


def check(name: str, limit: float, attacked, extent, figure, bitmaps, seconds: int) -> None:
    """Run an attack; check that all others were served, within `limit` seconds at the 95th percentile."""
    outcomes = run_attack(attacked, name, seconds, bitmaps[0])
    p95 = {who: f"{outcome.p95 * 1000:.1f} ms" for who, outcome in outcomes.items()}
    figure(f"{name}: p95 of a phone and of the presenter", " and ".join(p95.values()))
    for who, outcome in outcomes.items():
        assert outcome.failures == [], who
        assert outcome.p95 <= extent.seconds(limit), who


@pytest.mark.parametrize("name", REQUESTS)
def test_one_connection_does_not_delay_others(name, attacked, extent, figure, bitmaps):
    check(name, 0.05, attacked, extent, figure, bitmaps, extent(1, 60))


@pytest.mark.parametrize("name", MANY_AT_ONCE)
def test_one_address_does_not_delay_others(name, attacked, extent, figure, bitmaps):
    check(name, 0.2, attacked, extent, figure, bitmaps, extent(1, 60))


@pytest.mark.skipif(sys.platform != "linux", reason="needs /proc")
def test_attacks_leave_no_memory_and_few_temporary_files(attacked, extent, figure, bitmaps):
    for name in MANY_AT_ONCE:  # buffers, caches and the memory of threads reach their size
        run_attack(attacked, name, 1, bitmaps[0])
    before, most = resident_memory(attacked.process.pid), 0.0
    is_over = threading.Event()

    def watch() -> None:
        nonlocal most
        while not is_over.wait(0.05):
            most = max(most, temporary_bytes(attacked.process.pid) / MEGABYTE)

    watcher = threading.Thread(target=watch)
    watcher.start()
    for name in (*REQUESTS, *MANY_AT_ONCE):
        run_attack(attacked, name, extent(1, 10), bitmaps[0])
    is_over.set()
    watcher.join()
    growth = resident_memory(attacked.process.pid) - before
    figure(
        "memory after all attacks",
        f"{growth:+.1f} MB on {before:.0f} MB; temporary files {most:.0f} MB at most",
    )
    assert growth <= MOST_GROWTH
    assert most <= MOST_TEMPORARY


def temporary_bytes(process_id: int) -> int:
    """Return the bytes of the deleted files that a process holds open."""
    total = 0
    for descriptor in Path(f"/proc/{process_id}/fd").iterdir():
        with contextlib.suppress(OSError):
            if "(deleted)" in str(descriptor.readlink()):
                total += descriptor.stat().st_size
    return total
