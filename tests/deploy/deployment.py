"""Server processes and nginx, with the files that are shipped in deploy/."""

import getpass
import gzip
import http.client
import json
import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from tests.waiting import TIMEOUT, wait_until
from tools.programs import require_program
from webapp.settings import ROOT

TRIES = 5  # ports, of which another program may take one just before nginx does
TOKEN = "the scraper's secret"


def accepts_requests(port: int) -> bool:
    """Return whether a request to a port of this computer is answered within a second."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=1)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()


class Program:
    """A process whose output goes to a file."""

    def __init__(self, command: list[str], log: Path, **variables: object):
        kept = {name: value for name, value in os.environ.items() if not name.startswith("INKWISE_")}
        environment = kept | {name: str(value) for name, value in variables.items()}
        self.log = log
        with log.open("w") as file:
            self.process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=file, stderr=file)

    def read_log(self) -> str:
        """Return its output so far."""
        return self.log.read_text("utf-8")

    def is_running(self) -> bool:
        return self.process.poll() is None

    def stop(self, number: int = signal.SIGTERM) -> int:
        """Send a signal, wait for the end, and return the exit code."""
        if self.is_running():
            self.process.send_signal(number)
        return self.wait()

    def wait(self) -> int:
        """Wait for the end and return the exit code."""
        try:
            return self.process.wait(TIMEOUT)
        finally:
            self.process.kill()


class Instance(Program):
    """One server process behind the proxy, with the settings of deploy/inkwise@.service; `port` is any free
    one."""

    def __init__(self, folder: Path, module: str = "tests.deploy.fake_instance", **variables: object):
        settings = {
            "INKWISE_PORT": 0,
            "INKWISE_TRUSTED_PROXIES": 1,
            "INKWISE_THREADS": 4,
            "INKWISE_MODELS": folder,
            "INKWISE_ROOM_FOLDER": folder / "room",
            "INKWISE_METRICS_TOKEN": TOKEN,
            "INKWISE_ROOM_CODE": "apple",
        }
        number = len(list(folder.glob("instance-*.log")))
        log = folder / f"instance-{number}.log"
        super().__init__([sys.executable, "-m", module], log, **settings | variables)
        self.port = 0

    def wait_until_ready(self) -> "Instance":
        """Wait until it answers that all models are warm."""
        wait_until(lambda: self._address() or not self.is_running(), "an address")
        assert self.is_running(), self.read_log()
        self.port = int(self._address()[1])
        wait_until(lambda: request(self.port, "GET", "/readyz")[0] == 200, "models that are warm")
        return self

    def _address(self) -> re.Match | None:
        return re.search(r"http://127\.0\.0\.1:(\d+)", self.read_log())


class Nginx(Program):
    """nginx with deploy/nginx.conf, at any free port of this computer, in front of other ports."""

    def __init__(self, folder: Path, upstreams: Sequence[int], most: int, https: bool, location: str):
        self.pid_file = folder / "nginx.pid"
        self.port, self.https_port = _free_port(), _free_port()
        (folder / "cache").mkdir(exist_ok=True)
        config = folder / "nginx.conf"
        text = _filled(folder, self.port, upstreams, most)
        text = text.replace("        location / {", f"{location}\n        location / {{", 1)
        if https:
            _make_certificate(folder)
            (folder / "https.conf").write_text(_filled_https(folder, self.https_port), "utf-8")
            text = text.replace("# include /etc/nginx/inkwise-https.conf;", f"include {folder}/https.conf;")
        config.write_text(text, "utf-8")
        command = [require_program("nginx"), "-p", str(folder), "-c", str(config), "-g", "daemon off;"]
        super().__init__(command, folder / "nginx.log")

    @classmethod
    def start(
        cls, folder: Path, *upstreams: int, most: int = 500, https: bool = False, location: str = ""
    ) -> "Nginx":
        """Return one that listens, and lets `most` requests through to each port at the same time.

        Args:
            location: a further location block.
        """
        for _ in range(TRIES):
            nginx = cls(folder, upstreams, most, https, location)
            # The file is written once the port is nginx' own.
            wait_until(lambda n=nginx: _is_written(n.pid_file) or not n.is_running(), "nginx to listen")
            if nginx.is_running():
                return nginx
        raise AssertionError(nginx.read_log())


def request(port: int, method: str, path: str, body: bytes | None = None, **headers: str):
    """Return (status, JSON value or bytes, headers) of one request on a connection of its own."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=TIMEOUT)
    try:
        names = {name.replace("_", "-"): value for name, value in headers.items()}
        connection.request(method, path, body, names)
        response = connection.getresponse()
        content = response.read()
        if response.headers.get("Content-Encoding") == "gzip":
            content = gzip.decompress(content)
        is_json = response.headers.get("Content-Type", "").startswith("application/json")
        return response.status, json.loads(content or "null") if is_json else content, response.headers
    finally:
        connection.close()


def _filled(folder: Path, port: int, upstreams: Sequence[int], most: int) -> str:
    """Return the shipped file with the paths and ports of a test."""
    shipped = [
        f"server 127.0.0.1:{port} max_fails=1 fail_timeout=1s max_conns=2000;" for port in (8001, 8002)
    ]
    text = (ROOT / "deploy" / "nginx.conf").read_text("utf-8")
    changes = {
        "user www-data;": f"user {getpass.getuser()};",
        "worker_processes auto;": "worker_processes 1;",
        "/run/nginx.pid": f"{folder}/nginx.pid",
        "error_log /var/log/nginx/error.log crit;": "error_log stderr crit;",
        "listen 80 default_server;": f"listen 127.0.0.1:{port};",
        "listen [::]:80 default_server;": "",
        shipped[0]: " ".join(_upstream(shipped[0], upstream, most) for upstream in upstreams),
        shipped[1]: "",
    }
    for before, filled in changes.items():
        assert text.count(before) == 1, f"expected {before} once in deploy/nginx.conf"
        text = text.replace(before, filled)
    return text.replace("/var/lib/nginx/", f"{folder}/cache/")


def _filled_https(folder: Path, port: int) -> str:
    """Return the shipped file for HTTPS with the paths and the port of a test."""
    text = (ROOT / "deploy" / "https.conf").read_text("utf-8")
    text = text.replace("/etc/letsencrypt/live/inkwise.example/", f"{folder}/")
    return text.replace("listen 443 ", f"listen 127.0.0.1:{port} ").replace("listen [::]:443 ssl http2;", "")


def _make_certificate(folder: Path) -> None:
    """Make a key and a certificate that it has signed itself."""
    files = ["-keyout", str(folder / "privkey.pem"), "-out", str(folder / "fullchain.pem")]
    command = [require_program("openssl"), "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1"]
    subprocess.run([*command, "-subj", "/CN=localhost", *files], check=True, capture_output=True)


def _upstream(shipped: str, port: int, most: int) -> str:
    return shipped.replace(":8001", f":{port}").replace("max_conns=2000", f"max_conns={most}")


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.getsockname()[1]


def _is_written(path: Path) -> bool:
    return path.exists() and bool(path.read_text())
