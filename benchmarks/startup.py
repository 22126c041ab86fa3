"""Startup time of the server: from process start to the first page and to the first prediction.

    python benchmarks/startup.py [--rounds 5] [--models models]

The limit for the prediction is relative to `import tensorflow`, timed in a separate process in the same
round. The table shows medians. Bytecode is cached, so only the first round compiles the modules of Inkwise.
"""

import argparse
import http.client
import os
import socket
import statistics
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PAGE_LIMIT = 1.0  # seconds from process start to the page
PREDICTION_LIMIT = 2.0  # seconds to the first prediction, in addition to `import tensorflow`
TIMEOUT = 120.0  # seconds
PAGE_INTERVAL, PREDICTION_INTERVAL = 0.005, 0.05  # seconds between two attempts, which cost CPU time too
ENVIRONMENT = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
DIGIT = bytes([0] * 392 + [255] * 20 + [0] * 372)  # a bitmap of 784 bytes with a dash


def main() -> None:
    """Run the rounds and print the table."""
    options = _parse()
    rounds = [measure(options.models) for _ in range(options.rounds)]
    imported, page, files, prediction = (statistics.median(column) for column in zip(*rounds, strict=True))
    print(f"Startup of the server, median of {options.rounds} rounds: {' '.join(['python', *sys.argv])}\n")
    print("| phase | seconds | limit |\n| --- | --- | --- |")
    print(f"| `import tensorflow` alone | {imported:.2f} | |")
    print(f"| process start to page | {page:.2f} | {PAGE_LIMIT:.2f} |")
    print(f"| process start to page with all scripts and styles | {files:.2f} | |")
    print(f"| process start to first prediction | {prediction:.2f} | {imported + PREDICTION_LIMIT:.2f} |")
    is_met = page <= PAGE_LIMIT and prediction <= imported + PREDICTION_LIMIT
    print(f"\n{'Both limits met.' if is_met else 'Limit exceeded.'}")


def measure(models: Path) -> tuple[float, float, float, float]:
    """Return seconds: `import tensorflow`, to the page, to all its files, to the first prediction."""
    imported = time_import()
    port = free_port()
    command = [sys.executable, "-m", "webapp", "--port", str(port), "--models", str(models)]
    started = time.perf_counter()
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, env=ENVIRONMENT)
    try:
        wait_for_ok(port, "GET", "/", PAGE_INTERVAL)
        page = time.perf_counter() - started
        for path in static_files():
            wait_for_ok(port, "GET", path, PAGE_INTERVAL)
        files = time.perf_counter() - started
        wait_for_ok(port, "POST", "/api/predict", PREDICTION_INTERVAL)
        return imported, page, files, time.perf_counter() - started
    finally:
        process.terminate()
        process.wait()


def time_import() -> float:
    """Return the seconds of a process that only imports TensorFlow."""
    started = time.perf_counter()
    subprocess.run([sys.executable, "-c", "import tensorflow"], check=True, stderr=subprocess.DEVNULL,
                   env=ENVIRONMENT)  # fmt: skip
    return time.perf_counter() - started


def wait_for_ok(port: int, method: str, path: str, interval: float) -> None:
    """Send requests until the status is 200. Raises TimeoutError after TIMEOUT."""
    deadline = time.perf_counter() + TIMEOUT
    while time.perf_counter() < deadline:
        if status_of(port, method, path) == 200:
            return
        time.sleep(interval)
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
