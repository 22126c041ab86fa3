"""Start a server in a subprocess and stop it by signals."""

import functools
import http.client
import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import threading
import time

from tests.waiting import TIMEOUT, wait_until
from webapp.settings import ROOT


class ServerProcess:
    """A server started as `python -m MODULE ARGUMENTS`; its first line of output holds its address.

    Args:
        files: limit on open files; None keeps the system's limit. Not available on Windows.

    Attributes:
        errors: its stderr, complete after `stop`.
    """

    def __init__(self, *arguments: object, module: str = "webapp", files: int | None = None):
        self.started = time.monotonic()
        self._stderr = tempfile.TemporaryFile("w+", encoding="utf-8")  # noqa: SIM115 (closed by wait)
        environment = {name: value for name, value in os.environ.items() if not name.startswith("INKWISE_")}
        self.process = subprocess.Popen(
            [sys.executable, "-m", module, *map(str, arguments)],
            cwd=ROOT,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._stderr,
            text=True,
            preexec_fn=functools.partial(_limit_files, files) if files else None,
        )
        self.errors = ""
        first_line = self.read_line()
        match = re.search(r"http://([\d.]+):(\d+)", first_line)
        if not match:
            self.stop(signal.SIGKILL)
            raise AssertionError(f"expected an address, received {first_line!r} and {self.errors!r}")
        self.address, self.host, self.port = match.group(), match[1], int(match[2])

    def __enter__(self) -> "ServerProcess":
        return self

    def __exit__(self, *exception: object) -> None:
        self.stop(signal.SIGKILL)

    def read_line(self) -> str:
        """Return the next line of stdout, or "" if the process has exited; kill it after TIMEOUT."""
        watchdog = threading.Timer(TIMEOUT, self.process.kill)
        watchdog.start()
        try:
            return self.process.stdout.readline()
        finally:
            watchdog.cancel()

    def write_line(self) -> None:
        """Send an empty line to stdin."""
        self.process.stdin.write("\n")
        self.process.stdin.flush()

    def request(self, method: str, path: str, body=None, kind: str = "application/octet-stream"):
        """Send one request on a new connection and return (status, JSON value)."""
        connection = http.client.HTTPConnection(self.host, self.port, timeout=TIMEOUT)
        try:
            connection.request(method, path, body, {"Content-Type": kind} if body is not None else {})
            response = connection.getresponse()
            return response.status, json.loads(response.read())
        finally:
            connection.close()

    def wait_until_ready(self) -> None:
        """Wait until /readyz answers 200."""
        wait_until(lambda: self.request("GET", "/readyz")[0] == 200, "warm models")

    def stop(self, number: int = signal.SIGTERM) -> int:
        """Send a signal, wait for the process to exit, and return the exit code."""
        if self.process.poll() is None:
            self.process.send_signal(number)
        return self.wait()

    def wait(self) -> int:
        """Wait for the process to exit, and return the exit code."""
        code = self.process.wait(TIMEOUT)
        if not self._stderr.closed:
            self._stderr.seek(0)
            self.errors = self._stderr.read()
            for stream in (self._stderr, self.process.stdin, self.process.stdout):
                stream.close()
        return code


def _limit_files(count: int) -> None:
    import resource  # does not exist on Windows

    resource.setrlimit(resource.RLIMIT_NOFILE, (count, count))
