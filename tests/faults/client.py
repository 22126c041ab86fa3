"""What the fault tests ask a server with."""

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

from tests.server_process import PATIENCE, ServerProcess
from webapp.settings import ROOT

MODELS = Path(os.environ.get("INKWISE_TEST_MODELS", ROOT / "models"))
BYTES = "application/octet-stream"


class TellingServer(ServerProcess):
    """A server of tests/faults/server.py, and orders to it."""

    def __init__(self, models: Path, port: int = 0, kind: str = "real"):
        self._room = tempfile.TemporaryDirectory()
        super().__init__(models, self._room.name, port, kind, module="tests.faults.server")

    def order(self, line: str) -> str:
        """Send an order, and return what it says to that."""
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()
        return self.read_line().strip()

    def wait(self) -> int:
        """Wait for the end, and return the exit code."""
        code = super().wait()
        self._room.cleanup()
        return code


class Client:
    """One connection that is kept open."""

    def __init__(self, server):
        self._connection = http.client.HTTPConnection(server.host, server.port, timeout=PATIENCE)

    def __enter__(self) -> "Client":
        return self

    def __exit__(self, *exception: object) -> None:
        self._connection.close()

    def ask_whether_ready(self) -> None:
        """Raises AssertionError where the server is not."""
        self._connection.request("GET", "/readyz")
        response = self._connection.getresponse()
        body = response.read()
        assert response.status == 200, body[:200]

    def predict(self, bitmap: bytes, model: str = "conv") -> dict:
        """Return the answer to a bitmap. Raises AssertionError for any status but 200."""
        self._connection.request("POST", f"/api/predict?model={model}", bitmap, {"Content-Type": BYTES})
        response = self._connection.getresponse()
        body = response.read()
        assert response.status == 200, (response.status, body[:200])
        return json.loads(body)


def lasting_port() -> int:
    """Return a free port that no outgoing connection takes while a server that had it is away.

    Systems give those to connections from 32,768 or 49,152 on; even one to the very port may get it.
    """
    while True:
        port = random.randrange(20_000, 32_000)
        with contextlib.suppress(OSError), socket.create_server(("127.0.0.1", port)):
            return port


def time_one(server, bitmap: bytes) -> float:
    """Return the seconds from opening a connection to the end of the answer to a bitmap."""
    begun = time.perf_counter()
    with Client(server) as client:
        client.predict(bitmap)
    return time.perf_counter() - begun


@contextlib.contextmanager
def open_sockets(server, count: int, spread: bool = False, receive_buffer: int | None = None):
    """Give `count` connections to the server, and close them after.

    Args:
        spread: let them come from many addresses, where the system has several of its own.
        receive_buffer: bytes that the system keeps of what has not been read.
    """
    with contextlib.ExitStack() as stack:
        sockets = []
        for number in range(count):
            each = stack.enter_context(socket.socket())
            each.settimeout(PATIENCE)
            if receive_buffer:
                each.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
            if spread and sys.platform == "linux":
                each.bind((f"127.0.1.{number % 200 + 1}", 0))
            each.connect((server.host, server.port))
            sockets.append(each)
        yield sockets
