"""How long from the start of the process until the page is there, and until the first answer.

    python benchmarks/startup.py [--rounds 5] [--models models]

`import tensorflow` alone is timed in the same run, in a process of its own: no server that answers with
TensorFlow can be faster than that. Each round starts both anew; the median is told. Python keeps its
bytecode, as it does unless told otherwise, so the first round alone compiles our own modules.
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
PAGE_LIMIT = 1.0  # seconds from the start of the process to the page
ANSWER_LIMIT = 2.0  # seconds from the end of `import tensorflow` alone to the first answer
GIVE_UP = 120.0  # seconds
PAGE_TICK, ANSWER_TICK = 0.005, 0.05  # seconds between two attempts; an attempt costs the server time too
ENVIRONMENT = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
DIGIT = bytes([0] * 392 + [255] * 20 + [0] * 372)  # 784 bytes: a dash


def main() -> None:
    """Run the rounds and print the table."""
    options = _parse()
    rounds = [measure(options.models) for _ in range(options.rounds)]
    imported, page, everything, answer = (statistics.median(column) for column in zip(*rounds, strict=True))
    print(f"Start of the server, median of {options.rounds} rounds: {' '.join(['python', *sys.argv])}\n")
    print("| what | seconds | limit |\n| --- | --- | --- |")
    print(f"| `import tensorflow` alone | {imported:.2f} | |")
    print(f"| process start to page | {page:.2f} | {PAGE_LIMIT:.2f} |")
    print(f"| process start to page with all scripts and styles | {everything:.2f} | |")
    print(f"| process start to first answer | {answer:.2f} | {imported + ANSWER_LIMIT:.2f} |")
    reached = page <= PAGE_LIMIT and answer <= imported + ANSWER_LIMIT
    print(f"\n{'Both limits are kept.' if reached else 'A limit is broken.'}")


def measure(models: Path) -> tuple[float, float, float, float]:
    """Return seconds: import alone, to the page, to all its files, to the first answer."""
    imported = time_import()
    port = free_port()
    command = [sys.executable, "-m", "webapp", "--port", str(port), "--models", str(models)]
    started = time.perf_counter()
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, env=ENVIRONMENT)
    try:
        wait_for(port, "GET", "/", PAGE_TICK)
        page = time.perf_counter() - started
        for path in static_files():
            wait_for(port, "GET", path, PAGE_TICK)
        everything = time.perf_counter() - started
        wait_for(port, "POST", "/api/predict", ANSWER_TICK)
        return imported, page, everything, time.perf_counter() - started
    finally:
        process.terminate()
        process.wait()


def time_import() -> float:
    """Return the seconds that a process takes which does nothing but `import tensorflow`."""
    started = time.perf_counter()
    subprocess.run([sys.executable, "-c", "import tensorflow"], check=True, stderr=subprocess.DEVNULL,
                   env=ENVIRONMENT)  # fmt: skip
    return time.perf_counter() - started


def wait_for(port: int, method: str, path: str, tick: float) -> None:
    """Ask until the answer is 200. Raises TimeoutError after GIVE_UP seconds."""
    give_up_at = time.perf_counter() + GIVE_UP
    while time.perf_counter() < give_up_at:
        if status_of(port, method, path) == 200:
            return
        time.sleep(tick)
    raise TimeoutError(f"expected 200 for {path} within {GIVE_UP:g} s")


def status_of(port: int, method: str, path: str) -> int | None:
    """Return the status of one request, or None where nobody listens yet."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=GIVE_UP)
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
    """Return the paths of every script and style."""
    files = [path for path in (ROOT / "static").rglob("*") if path.suffix in (".js", ".css")]
    return [f"/{path.relative_to(ROOT).as_posix()}" for path in files]


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        return free.getsockname()[1]


def _parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=5, help="how often all is measured (default: 5)")
    parser.add_argument("--models", type=Path, default=ROOT / "models", help="folder with the models")
    return parser.parse_args()


if __name__ == "__main__":
    main()
