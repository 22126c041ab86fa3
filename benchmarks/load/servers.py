"""Start and stop the server processes that the benchmarks measure."""

import http.client
import re
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from webapp.settings import ROOT

START_TIMEOUT = 240.0  # seconds
POLL_INTERVAL = 0.1  # seconds


class RunningServer(NamedTuple):
    """A running server process."""

    port: int
    process_id: int
    presenter_link: str | None  # path with the token


@contextmanager
def inkwise_server(*arguments: object, module: str = "webapp") -> Iterator[RunningServer]:
    """Start Inkwise, yield it once its models are warm, and stop it afterwards."""
    room = tempfile.TemporaryDirectory()
    flags = ["--port", "0", "--room-folder", room.name, *map(str, arguments)]
    process = subprocess.Popen(
        [sys.executable, "-m", module, *flags], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    try:
        # Other lines, such as a QR code, can precede the address.
        port = int(_find_line(process, r"http://[\d.]+:(\d+)")[1])
        link = _find_line(process, r"/presenter\?token=\S+")[0] if module == "webapp" else None
        wait_for_status(port, "/readyz", 200)
        yield RunningServer(port, process.pid, link)
    finally:
        process.terminate()
        process.communicate()
        room.cleanup()


def _find_line(process: subprocess.Popen, pattern: str) -> re.Match:
    return next(filter(None, (re.search(pattern, line) for line in process.stdout)))


@contextmanager
def classic_server(model: Path) -> Iterator[int]:
    """Start the classic tutorial's server, yield its port once it responds, and kill it afterwards."""
    port = free_port()
    command = [sys.executable, "-m", "benchmarks.load.classic_server", str(model), str(port)]
    quiet = subprocess.DEVNULL  # Flask's development server logs every request
    process = subprocess.Popen(command, cwd=ROOT, stdout=quiet, stderr=quiet)
    try:
        wait_for_status(port, "/", 404)
        yield port
    finally:
        process.kill()
        process.wait()


def free_port() -> int:
    """Return a free TCP port."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.getsockname()[1]


def wait_for_status(port: int, path: str, status: int) -> None:
    """Poll until a response has this status. Raises TimeoutError after START_TIMEOUT."""
    deadline = time.monotonic() + START_TIMEOUT
    while time.monotonic() < deadline:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=START_TIMEOUT)
        try:
            connection.request("GET", path)
            if connection.getresponse().status == status:
                return
        except ConnectionError:
            pass  # the server does not listen yet
        finally:
            connection.close()
        time.sleep(POLL_INTERVAL)
    raise TimeoutError(f"expected {status} for {path} within {START_TIMEOUT:g} s")
