"""What surrounds the process fails: stdout and stderr, open files, the terminal, modes of files."""

import contextlib
import http.client
import json
import os
import signal
import sqlite3
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from tests.fakes import some_bitmap
from tests.faults.client import BYTES, MODELS, ControlledServer, find_stable_port
from tests.server_process import ServerProcess
from tests.waiting import TIMEOUT, wait_until
from webapp.settings import ROOT

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="descriptors and signals of Unix")
OUTPUTS = {
    "closed": ">&- 2>&-",
    "stdin too": "<&- >&- 2>&-",
    "full": ">/dev/full 2>/dev/full",
    "no reader": "2>&1 | true",
    "a reader that does not read": "2>&1 | sleep 1000",
}
FEW_FILES = 200


def status_of(port: int, path: str = "/healthz", body: bytes | None = None) -> int:
    """Return the status of a response, or 0 if there is none."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=TIMEOUT)
    try:
        connection.request("GET" if body is None else "POST", path, body, {"Content-Type": BYTES})
        return connection.getresponse().status
    except OSError:
        return 0
    finally:
        connection.close()


@pytest.mark.parametrize("name", OUTPUTS)
def test_server_runs_and_stops_with_unusable_output(name, model_folder, tmp_path):
    """With --log-level debug it writes more than a pipe holds."""
    port, pid = find_stable_port(), tmp_path / "pid"
    options = f"--port {port} --models {model_folder} --room-folder {tmp_path} --log-level debug"
    script = f"(echo $BASHPID > {pid}; exec {sys.executable} -m webapp {options}) {OUTPUTS[name]}"
    shell = subprocess.Popen(["bash", "-c", script], cwd=ROOT, start_new_session=True)
    try:
        wait_until(lambda: status_of(port) == 200)
        assert {status_of(port, "/api/models") for _ in range(1000)} == {200}  # a log line each
        os.kill(int(pid.read_text()), signal.SIGTERM)
        wait_until(lambda: not Path(f"/proc/{pid.read_text().strip()}/cmdline").exists() or is_zombie(pid))
        assert (tmp_path / "room.sqlite").read_bytes()[:6] == b"SQLite"
    finally:
        os.killpg(shell.pid, signal.SIGKILL)
        shell.wait(TIMEOUT)


def is_zombie(pid: Path) -> bool:
    return ") Z " in Path(f"/proc/{pid.read_text().strip()}/stat").read_text()


def test_server_ignores_hangup_if_nohup_started_it(model_folder, tmp_path):
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)  # inherited
    try:
        server = ServerProcess("--port", 0, "--models", model_folder, "--room-folder", tmp_path)
    finally:
        signal.signal(signal.SIGHUP, before)
    with server:
        server.process.send_signal(signal.SIGHUP)
        for _ in range(3):
            assert server.request("GET", "/healthz")[0] == 200
        assert server.stop() == 0


def test_server_answers_503_without_files():
    """On connections that exist: others are not accepted until there are files again."""
    with ControlledServer(MODELS, files=FEW_FILES) as server, contextlib.ExitStack() as stack:
        server.wait_until_ready()
        connection = http.client.HTTPConnection(server.host, server.port, timeout=TIMEOUT)
        stack.callback(connection.close)
        operations = paths_of(connection)
        server.send_command("exhaust")
        found = {f"{method} {path}": ask(connection, method, path) for method, path in operations}
        assert server.send_command("release") == "released"
        unexpected = {key: value for key, value in found.items() if value[0] >= 500 and value[0] != 503}
        assert unexpected == {}
        assert all(retry for status, retry in found.values() if status == 503)
        assert ask(connection, "GET", "/api/room/state")[0] == 200
        assert server.request("POST", "/api/predict", some_bitmap().tobytes())[0] == 200


def paths_of(connection: http.client.HTTPConnection) -> list[tuple[str, str]]:
    """Return method and path of each operation, besides event streams, the room's state first."""
    connection.request("GET", "/openapi.json")
    paths = json.loads(connection.getresponse().read())["paths"]
    found = [(method.upper(), path) for path, item in paths.items() for method in item]
    found = [each for each in found if each[1] != "/api/room/events"]
    return [("GET", "/api/room/state"), *found, ("GET", "/static/js/pages/draw.js")]


def ask(connection: http.client.HTTPConnection, method: str, path: str) -> tuple[int, str | None]:
    """Return the status and the Retry-After header."""
    body = some_bitmap().tobytes() if method == "POST" else None
    path = path.replace("{name}", "conv").replace("{drawing_id}", "0" * 8 + "-0000-4000-8000-" + "0" * 12)
    connection.request(method, path, body, {"Content-Type": BYTES} if body else {})
    response = connection.getresponse()
    response.read()
    return response.status, response.headers["Retry-After"]


def test_server_makes_its_existing_files_private(model_folder, tmp_path):
    file = tmp_path / "room.sqlite"
    with sqlite3.connect(file) as connection:  # another process holds it open, so that -wal and -shm exist
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("CREATE TABLE note (text)")
        connection.commit()
        files = [file, *(file.with_name(file.name + suffix) for suffix in ("-wal", "-shm"))]
        for each in files:
            each.chmod(0o644)
        with ServerProcess("--port", 0, "--models", model_folder, "--room-folder", tmp_path) as server:
            server.request("GET", "/api/room/state")
            assert {stat.S_IMODE(each.stat().st_mode) for each in files} == {0o600}
    connection.close()
