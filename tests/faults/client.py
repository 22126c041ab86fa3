"""Servers, clients and sockets for the fault tests."""

import contextlib
import http.client
import json
import os
import random
import socket
import sys
import tempfile
import time
from pathlib import Path

from tests.server_process import ServerProcess
from tests.waiting import TIMEOUT
from webapp.settings import ROOT

MODELS = Path(os.environ.get("INKWISE_TEST_MODELS", ROOT / "models"))
BYTES = "application/octet-stream"


class ControlledServer(ServerProcess):
    """A server of tests/faults/server.py that accepts commands on stdin.

    Args:
        files: limit on open files.
        room: folder of the room, which outlives the server; None for a temporary one.
    """

    def __init__(
        self,
        models: Path,
        port: int = 0,
        kind: str = "real",
        files: int | None = None,
        room: Path | None = None,
    ):
        self._room = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)
        folder = room or self._room.name
        super().__init__(models, folder, port, kind, module="tests.faults.server", files=files)

    def send_command(self, line: str) -> str:
        """Send a command and return the line that it prints."""
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()
        return self.read_line().strip()

    def wait(self) -> int:
        """Wait for the end, and return the exit code."""
        code = super().wait()
        self._room.cleanup()
        return code


class Client:
    """A client with one persistent connection."""

    def __init__(self, server):
        self._connection = http.client.HTTPConnection(server.host, server.port, timeout=TIMEOUT)

    def __enter__(self) -> "Client":
        return self

    def __exit__(self, *exception: object) -> None:
        self._connection.close()

    def check_ready(self) -> None:
        """Check that the server is ready."""
        self._connection.request("GET", "/readyz")
        response = self._connection.getresponse()
        body = response.read()
        assert response.status == 200, body[:200]

    def predict(self, bitmap: bytes, model: str = "conv") -> dict:
        """Return the prediction for a bitmap, and check the status."""
        self._connection.request("POST", f"/api/predict?model={model}", bitmap, {"Content-Type": BYTES})
        response = self._connection.getresponse()
        body = response.read()
        assert response.status == 200, (response.status, body[:200])
        return json.loads(body)


def find_stable_port() -> int:
    """Return a free port outside the range of outgoing connections: it stays free during a restart."""
    while True:
        port = random.randrange(20_000, 32_000)
        with contextlib.suppress(OSError), socket.create_server(("127.0.0.1", port)):
            return port


def time_one(server, bitmap: bytes) -> float:
    """Return the seconds from connecting to the end of the response to a bitmap."""
    begun = time.perf_counter()
    with Client(server) as client:
        client.predict(bitmap)
    return time.perf_counter() - begun


@contextlib.contextmanager
def open_sockets(server, count: int, spread: bool = False, receive_buffer: int | None = None):
    """Yield `count` connections to the server.

    Args:
        spread: connect from many addresses, on Linux.
        receive_buffer: size of the receive buffer in bytes.
    """
    with contextlib.ExitStack() as stack:
        sockets = []
        for number in range(count):
            each = stack.enter_context(socket.socket())
            each.settimeout(TIMEOUT)
            if receive_buffer:
                each.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
            if spread and sys.platform == "linux":
                each.bind((f"127.0.1.{number % 200 + 1}", 0))
            each.connect((server.host, server.port))
            sockets.append(each)
        yield sockets
