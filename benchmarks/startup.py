"""Startup time of the server: from process start to the first page and to the first prediction.

    python -m benchmarks.startup [--rounds 5] [--models models]

The limits are multiples of the time of `import flask, numpy`, in a process of its own in the same round. The
table shows medians. Bytecode is cached, so only the first round compiles the modules of Inkwise.
"""

import argparse
import http.client
import os
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
IMPORTED = "import flask, numpy"
PAGE_LIMIT, PREDICTION_LIMIT = 2.0, 2.6  # times IMPORTED, from process start
TIMEOUT = 120.0  # seconds
INTERVAL = 0.005  # seconds between two attempts
ENVIRONMENT = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
DIGIT = bytes([0] * 392 + [255] * 20 + [0] * 372)  # a bitmap of 784 bytes with a dash


def main() -> None:
    """Run the rounds and print the table."""
    options = _parse()
    rounds = [measure(options.models) for _ in range(options.rounds)]
    imported, page, files, prediction = (statistics.median(column) for column in zip(*rounds, strict=True))
    print(f"Startup of the server, median of {options.rounds} rounds: {' '.join(['python', *sys.argv])}\n")
    print(f"| phase | seconds | times `{IMPORTED}` | limit |\n| --- | --- | --- | --- |")
    phases = {
        f"`{IMPORTED}` alone": (imported, ""),
        "process start to page": (page, PAGE_LIMIT),
        "process start to page with all scripts and styles": (files, ""),
        "process start to first prediction": (prediction, PREDICTION_LIMIT),
    }
    for name, (seconds, limit) in phases.items():
        print(f"| {name} | {seconds:.2f} | {seconds / imported:.1f} | {limit} |")
    is_met = page <= PAGE_LIMIT * imported and prediction <= PREDICTION_LIMIT * imported
    print(f"\n{'Both limits met.' if is_met else 'Limit exceeded.'}")


def measure(models: Path) -> tuple[float, float, float, float]:
    """Return seconds: of IMPORTED; to the page, to all its files; of another start to a prediction."""
    with started_server(models) as (port, started):
        wait_for_ok(port, "GET", "/")
        page = time.perf_counter() - started
        for path in static_files():
            wait_for_ok(port, "GET", path)
        files = time.perf_counter() - started
    with started_server(models) as (port, started):
        wait_for_ok(port, "POST", "/api/predict")
        prediction = time.perf_counter() - started
    return time_import(), page, files, prediction


@contextmanager
def started_server(models: Path) -> Iterator[tuple[int, float]]:
    """Start the server, and yield its port and the time of its start; end it."""
    port = free_port()
    command = [sys.executable, "-m", "webapp", "--port", str(port), "--models", str(models)]
    started = time.perf_counter()
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, env=ENVIRONMENT)
    try:
        yield port, started
    finally:
        process.terminate()
        process.wait()


def time_import() -> float:
    """Return the seconds of a process that only runs IMPORTED."""
    started = time.perf_counter()
    subprocess.run([sys.executable, "-c", IMPORTED], check=True, env=ENVIRONMENT)
    return time.perf_counter() - started


def wait_for_ok(port: int, method: str, path: str) -> None:
    """Send requests until the status is 200. Raises TimeoutError after TIMEOUT."""
    deadline = time.perf_counter() + TIMEOUT
    while time.perf_counter() < deadline:
        if status_of(port, method, path) == 200:
            return
        time.sleep(INTERVAL)
    raise TimeoutError(f"expected 200 for {path} within {TIMEOUT:g} s")


def status_of(port: int, method: str, path: str) -> int | None:
    """Return the status of one request, or None while the server does not listen."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=TIMEOUT)
    body = DIGIT if method == "POST" else None
    try:
        connection.request(method, path, body, {"Content-Type": "application/octet-stream"} if body else {})
        response = connection.getresponse()
        response.read()
        return response.status
    except ConnectionError:
        return None
    finally:
        connection.close()


def static_files() -> list[str]:
    """Return the paths of all scripts and styles."""
    files = [path for path in (ROOT / "static").rglob("*") if path.suffix in (".js", ".css")]
    return [f"/{path.relative_to(ROOT).as_posix()}" for path in files]


def free_port() -> int:
    """Return a free TCP port."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.getsockname()[1]


def _parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=5, help="repetitions (default: 5)")
    parser.add_argument("--models", type=Path, default=ROOT / "models", help="folder with the models")
    return parser.parse_args()


if __name__ == "__main__":
    main()
