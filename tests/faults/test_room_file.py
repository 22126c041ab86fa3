"""A running server keeps its room when the file is removed, the disk is full, or the clock has jumped."""

import http.client
import json
import os
import shutil
import signal
import sqlite3
import subprocess
import uuid
from contextlib import closing
from pathlib import Path

import pytest

from tests.faults.client import ControlledServer
from tests.waiting import TIMEOUT, wait_until
from webapp.room.clock import DAY

INK = {"strokes": [[[10, 10], [40, 80]], [[40, 10], [10, 80]]]}


class Phone:
    """A participant, or the presenter with the cookie of their link."""

    def __init__(self, server, method: str = "POST", path: str = "/api/room/participants"):
        self._server = server
        self._cookie = ""
        _, headers, _ = self.request(method, path)
        self._cookie = headers["Set-Cookie"].partition(";")[0]

    def request(self, method: str, path: str, body: object = None) -> tuple[int, dict, dict]:
        """Return status, headers and JSON."""
        connection = http.client.HTTPConnection(self._server.host, self._server.port, timeout=TIMEOUT)
        try:
            content = None if body is None else json.dumps(body)
            headers = {"Cookie": self._cookie, "Content-Type": "application/json"}
            connection.request(method, path, content, headers)
            response = connection.getresponse()
            found = response.read()
            is_json = response.headers.get_content_type() == "application/json"
            return response.status, response.headers, json.loads(found) if is_json and found else {}
        finally:
            connection.close()

    def send(self) -> str | None:
        """Send a drawing. Return its id, or None if it was not stored."""
        drawing_id = str(uuid.uuid4())
        status, _, _ = self.request("PUT", f"/api/room/drawings/{drawing_id}", INK)
        return drawing_id if status == 201 else None


def presenter(server: ControlledServer) -> Phone:
    return Phone(server, "GET", server.send_command("presenter"))


def stored_ids(file: Path) -> set[str]:
    with closing(sqlite3.connect(file)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        return {row[0] for row in connection.execute("SELECT id FROM drawings")}


def test_removed_room_file_is_written_again_before_a_kill(model_folder, tmp_path):
    with ControlledServer(model_folder, kind="fake", room=tmp_path / "room") as server:
        server.wait_until_ready()
        phone, stage = Phone(server), presenter(server)
        before = [phone.send() for _ in range(5)]
        shutil.rmtree(tmp_path / "room")
        file = tmp_path / "room" / "room.sqlite"
        wait_until(file.exists, "the room's file to be written again")  # without any request
        after = [phone.send() for _ in range(5)]
        assert server.request("GET", "/readyz")[1]["room"].startswith("in danger")
        assert "was removed or replaced" in stage.request("GET", "/api/status")[2]["notices"][0]
        checks = {each["name"]: each for each in stage.request("GET", "/api/room/preflight")[2]["checks"]}
        assert checks["storage"]["ok"] is False
        server.stop(signal.SIGKILL)
    assert None not in before + after
    assert stored_ids(file) == {*before, *after}
    assert "was removed or replaced" in server.errors


def test_clock_40_days_ahead_keeps_the_room(model_folder, tmp_path):
    room = tmp_path / "room"
    with ControlledServer(model_folder, kind="fake", room=room) as server:
        server.wait_until_ready()
        phone = Phone(server)
        sent = {phone.send() for _ in range(3)}
        server.stop()
    with closing(sqlite3.connect(room / "room.sqlite")) as connection, connection:
        connection.execute("UPDATE drawings SET sent_at = sent_at - ?", (40 * DAY,))
        text = "json_object('time', json_extract(value, '$.time') - ?, 'holds', json('false'))"
        connection.execute(f"UPDATE settings SET value = {text} WHERE name = 'clock_trust'", (40 * DAY,))
    with ControlledServer(model_folder, kind="fake", room=room) as server:
        stage = presenter(server)

        def notices() -> list:
            return stage.request("GET", "/api/status")[2]["notices"]

        assert "3 of 3 drawings are older than 30 days" in wait_until(notices, "a notice")[0]
        server.stop()
    assert stored_ids(room / "room.sqlite") == sent
    assert "--delete-expired" in server.errors


@pytest.fixture
def small_disk(tmp_path) -> Path:
    """A file system of 70 MB, which only an administrator can mount."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mounted = shutil.which("mount") and subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=70m", "tmpfs", folder], capture_output=True
    )
    if not mounted or mounted.returncode:
        end_test = pytest.fail if os.environ.get("CI") else pytest.skip
        end_test("needs the right to mount a file system")
    yield folder
    subprocess.run(["umount", "-l", folder], check=True)


def fill(folder: Path) -> Path:
    """Fill a disk to the last byte, and return the file that does."""
    file = folder / "other program"
    with file.open("wb", buffering=0) as full:
        try:
            while full.write(b"x" * 4096):
                pass
        except OSError:
            return file


def test_full_disk_refuses_drawings_and_lets_the_presenter_work(model_folder, small_disk):
    with ControlledServer(model_folder, kind="fake", room=small_disk) as server:
        server.wait_until_ready()
        phone, stage = Phone(server), presenter(server)
        kept, deleted = phone.send(), phone.send()
        wait_until((small_disk / "room.reserve").exists, "the reserve")
        blocker = fill(small_disk)
        status, _, body = phone.request("PUT", f"/api/room/drawings/{uuid.uuid4()}", INK)
        assert (status, body["error"]["code"]) == (503, "storage_unavailable")
        assert "disk is full" in body["error"]["explanation"]
        for digit in range(10):
            task = {"kind": "ask", "digit": digit}
            assert stage.request("POST", "/api/room/rounds", task)[0] == 201
        assert stage.request("PATCH", f"/api/room/drawings/{kept}", {"hidden": True})[0] == 200
        assert phone.request("DELETE", f"/api/room/me/drawings/{deleted}")[0] == 204
        checks = {each["name"]: each for each in stage.request("GET", "/api/room/preflight")[2]["checks"]}
        assert "Drawings are refused until 50 MB are free" in checks["space"]["advice"]
        blocker.unlink()
        assert wait_until(phone.send, "a drawing to be stored")
        server.stop()
    assert kept in stored_ids(small_disk / "room.sqlite")
