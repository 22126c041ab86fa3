"""python -m webapp: it tells its address, or in one sentence why it cannot start."""

import itertools
import os
import re
import socket
import subprocess
import sys

import pytest

from tests.fakes import write_model
from tests.host.qr_reader import read_terminal
from tests.room.rooms import make_room
from tests.room.transfer.test_importing import LINE, changed
from tests.server_process import PATIENCE, ServerProcess
from webapp.errors import UnknownDrawing
from webapp.room.addresses import find_addresses
from webapp.room.service import Room
from webapp.room.transfer.importing import import_jsonl
from webapp.settings import ROOT, SETTINGS

pytestmark = pytest.mark.slow

LAST_LINES = ("The presenter's link", "With --lan")  # what each start ends with


def run(*arguments, **variables) -> subprocess.CompletedProcess:
    """Run `python -m webapp` until it ends by itself."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("INKWISE_")}
    return subprocess.run(
        [sys.executable, "-m", "webapp", *map(str, arguments)],
        cwd=ROOT,
        env=environment | variables,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
    )


def assert_refused(finished: subprocess.CompletedProcess, sentence: str) -> None:
    """Check for exit code 2 and one line, without a traceback."""
    assert finished.returncode == 2
    assert finished.stdout == ""
    assert finished.stderr.startswith("inkwise: ")
    assert finished.stderr.count("\n") == 1
    assert sentence in finished.stderr


def test_main_taken_port_is_told(model_folder):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        finished = run("--port", port, "--models", model_folder)
    assert_refused(finished, f"expected a free port, but {port} on 127.0.0.1 is taken; --port names another")


def test_main_missing_folder_is_told(tmp_path):
    assert_refused(run("--models", tmp_path / "nowhere"), "expected a folder with models at")


def test_main_missing_model_is_told(model_folder):
    assert_refused(run("--models", model_folder, "--default-model", "vonc"), "expected the model vonc as")


def test_main_wrong_setting_is_told(model_folder):
    assert_refused(run(INKWISE_THREADS="0"), "expected a whole number of threads from 1 to 256")


@pytest.mark.parametrize("host", ["no.such.host.invalid", "203.0.113.7", "a" * 70, "häuschen..x"])
def test_main_wrong_host_is_told(model_folder, host):
    finished = run("--host", host, "--port", 0, "--models", model_folder)
    assert_refused(finished, "of this computer, received")


def test_main_unknown_flag_is_told():
    assert_refused(run("--prot", "80"), "unrecognized arguments: --prot 80")


def test_main_help_lists_every_setting():
    finished = run("--help")
    assert finished.returncode == 0
    assert all(setting.flag in finished.stdout for setting in SETTINGS)
    assert finished.stderr == ""


@pytest.fixture
def folders(tmp_path) -> list:
    """Arguments for a server whose models never load and whose room is its own."""
    write_model(tmp_path, "conv")
    return ["--models", tmp_path, "--room-folder", tmp_path / "room", "--port", 0]


def has_drawing(room: Room, drawing_id: str) -> bool:
    try:
        return bool(room.drawing(drawing_id))
    except UnknownDrawing:
        return False


def read_start(server: ServerProcess) -> str:
    """Return what the server printed after its first line."""
    lines = iter(server.read_line, "")
    return "".join(itertools.takewhile(lambda line: not line.startswith(LAST_LINES), lines))


def token_of(start: str) -> str:
    return re.search(r"Presenter  http://127\.0\.0\.1:\d+/presenter\?token=([\w-]{22})\n", start)[1]


def test_main_start_tells_the_presenters_link(folders):
    with ServerProcess(*folders) as server:
        assert server.host == "127.0.0.1"
        token_of(read_start(server))


def test_main_restart_keeps_the_presenters_link_and_the_code(folders):
    starts = []
    for more in ((), (), ("--new-presenter-link",)):
        with ServerProcess(*folders, "--lan", "--public-address", "127.0.0.1", *more) as server:
            starts.append(read_start(server))
    codes = [re.search(r"code ([A-Z]{4,6})\n", start)[1] for start in starts]
    first, second, third = map(token_of, starts)
    assert first == second != third
    assert len(set(codes)) == 1


def test_main_lan_prints_a_code_that_a_phone_reads(folders):
    with ServerProcess(*folders, "--lan", "--public-address", "127.0.0.1") as server:
        start = read_start(server)
        code = re.search(r"code ([A-Z]{4,6})\n", start)[1]
        assert read_terminal(start) == f"http://127.0.0.1:{server.port}/join?code={code}"


def test_main_lan_listens_to_the_network(folders):
    addresses = find_addresses()
    with ServerProcess(*folders, "--lan") as server:
        assert server.host == (addresses[0] if addresses else "127.0.0.1")
        assert server.request("GET", "/healthz") == (200, {"alive": True})


def test_main_wrong_public_address_is_told(model_folder):
    finished = run("--models", model_folder, "--lan", "--public-address", "no address")
    assert_refused(finished, "for --public-address, received 'no address'")


def test_main_without_a_room_still_serves(folders, tmp_path):
    (tmp_path / "room").write_text("no folder")
    with ServerProcess(*folders) as server:
        assert server.read_line() == "\n"
        assert server.read_line().startswith("There is no room now: ")
        assert server.request("GET", "/healthz") == (200, {"alive": True})


def test_main_start_deletes_what_is_too_old(folders, tmp_path):
    room = make_room(f"sqlite:///{tmp_path}/room/room.sqlite")
    import_jsonl(room.database, [changed(sent_at="2020-02-02T20:20:20Z")])
    assert room.drawing(LINE["id"])
    with ServerProcess(*folders, "--retention-days", 30) as server:
        server.wait_until(lambda: not has_drawing(room, LINE["id"]))
    room.close()
