"""Server processes to put load on."""

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

PATIENCE = 240.0  # seconds until a server has to answer
TICK = 0.1  # seconds between two looks


class Running(NamedTuple):
    """A server that runs."""

    port: int
    process_id: int
    presenter_link: str | None  # its path, with the token


@contextmanager
def inkwise(*arguments: object, module: str = "webapp") -> Iterator[Running]:
    """Start Inkwise, give it once its models are warm, and stop it after."""
    room = tempfile.TemporaryDirectory()
    flags = ["--port", "0", "--room-folder", room.name, *map(str, arguments)]
    process = subprocess.Popen(
        [sys.executable, "-m", module, *flags], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    try:
        # More lines may come before the address is told, such as a picture of it for phones.
        match = next(filter(None, (re.search(r"http://[\d.]+:(\d+)", line) for line in process.stdout)))
        port = int(match[1])
        link = None
        if module == "webapp":
            link = next(filter(None, (re.search(r"/presenter\?token=\S+", line) for line in process.stdout)))[
                0
            ]
        wait_for_status(port, "/readyz", 200)
        yield Running(port, process.pid, link)
    finally:
        process.terminate()
        process.communicate()
        room.cleanup()


@contextmanager
def classic_server(model: Path) -> Iterator[int]:
    """Start the classic tutorial's server, give its port once it answers, and end it after."""
    port = free_port()
    command = [sys.executable, "-m", "benchmarks.load.classic_server", str(model), str(port)]
    quiet = subprocess.DEVNULL  # it tells of every request
    process = subprocess.Popen(command, cwd=ROOT, stdout=quiet, stderr=quiet)
    try:
        wait_for_status(port, "/", 404)
        yield port
    finally:
        process.kill()
        process.wait()


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        return free.getsockname()[1]


def wait_for_status(port: int, path: str, status: int) -> None:
    """Ask until the answer has this status. Raises TimeoutError after PATIENCE."""
    give_up_at = time.monotonic() + PATIENCE
    while time.monotonic() < give_up_at:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
        try:
            connection.request("GET", path)
            if connection.getresponse().status == status:
                return
        except ConnectionError:
            pass  # it does not listen yet
        finally:
            connection.close()
        time.sleep(TICK)
    raise TimeoutError(f"expected {status} for {path} within {PATIENCE:g} s")
