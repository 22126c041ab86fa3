"""python -m webapp prints its address, or one line that says why it cannot start."""

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
from tests.server_process import ServerProcess
from tests.waiting import TIMEOUT, wait_until
from webapp.errors import UnknownDrawing
from webapp.host.public_url import find_addresses
from webapp.room.service import RoomService
from webapp.room.transfer.importing import import_jsonl
from webapp.settings import ROOT, SETTINGS

pytestmark = pytest.mark.slow

LAST_LINES = ("Keep the presenter's link", "With --lan")  # one of these ends each startup banner


def run(*arguments, **variables) -> subprocess.CompletedProcess:
    """Run `python -m webapp` until it exits."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("INKWISE_")}
    return subprocess.run(
        [sys.executable, "-m", "webapp", *map(str, arguments)],
        cwd=ROOT,
        env=environment | variables,
        capture_output=True,
        text=True,
        timeout=TIMEOUT,
    )


def assert_refused(finished: subprocess.CompletedProcess, sentence: str) -> None:
    """Check for exit code 2 and one line on stderr without a traceback."""
    assert finished.returncode == 2
    assert finished.stdout == ""
    assert finished.stderr.startswith("inkwise: ")
    assert finished.stderr.count("\n") == 1
    assert sentence in finished.stderr


def test_main_reports_port_in_use(model_folder):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        finished = run("--port", port, "--models", model_folder)
    assert_refused(finished, f"expected a free port, but {port} on 127.0.0.1 is taken; --port names another")


def test_main_reports_missing_folder(tmp_path):
    assert_refused(run("--models", tmp_path / "nowhere"), "expected a folder with models at")


def test_main_reports_missing_model(model_folder):
    assert_refused(run("--models", model_folder, "--default-model", "vonc"), "expected the model vonc as")


def test_main_reports_invalid_setting(model_folder):
    assert_refused(run(INKWISE_THREADS="0"), "expected a whole number of threads from 1 to 256")


def test_commands_report_invalid_settings():
    assert_refused(run("fetch-mnist", INKWISE_PORT="abc"), "expected a whole number")
    assert_refused(run("add-model", "mine.keras", INKWISE_PORT="abc"), "expected a whole number")


@pytest.mark.parametrize("host", ["no.such.host.invalid", "203.0.113.7", "a" * 70, "häuschen..x"])
def test_main_reports_invalid_host(model_folder, host):
    finished = run("--host", host, "--port", 0, "--models", model_folder)
    assert_refused(finished, "of this computer, received")


def test_main_reports_unknown_flag():
    assert_refused(run("--prot", "80"), "unrecognized arguments: --prot 80")


@pytest.mark.parametrize("version", [(3, 10, 14), (3, 14, 0)])
def test_main_reports_an_unsupported_python(version):
    script = (
        f"import runpy, sys; sys.version_info = {version}; runpy.run_module('webapp', run_name='__main__')"
    )
    command = [sys.executable, "-c", script]
    finished = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=TIMEOUT)
    assert_refused(finished, f"expected Python 3.11, 3.12 or 3.13, received {'.'.join(map(str, version))}; ")


def test_main_help_lists_every_setting():
    finished = run("--help")
    assert finished.returncode == 0
    assert all(setting.flag in finished.stdout for setting in SETTINGS)
    assert finished.stderr == ""


@pytest.fixture
def server_arguments(tmp_path) -> list:
    """Arguments for a server with a model that never loads and a new room."""
    write_model(tmp_path, "conv")
    return ["--models", tmp_path, "--room-folder", tmp_path / "room", "--port", 0]


def has_drawing(room: RoomService, drawing_id: str) -> bool:
    try:
        return bool(room.drawing(drawing_id))
    except UnknownDrawing:
        return False


def read_banner(server: ServerProcess) -> str:
    """Return what the server prints after its first line."""
    lines = iter(server.read_line, "")
    return "".join(itertools.takewhile(lambda line: not line.startswith(LAST_LINES), lines))


def parse_token(banner: str) -> str:
    return re.search(r"Presenter  http://127\.0\.0\.1:\d+/presenter\?token=([\w-]{22})\n", banner)[1]


def test_main_prints_presenter_link(server_arguments):
    with ServerProcess(*server_arguments) as server:
        assert server.host == "127.0.0.1"
        parse_token(read_banner(server))


def test_main_restart_keeps_presenter_link_and_code(server_arguments):
    banners = []
    for more in ((), (), ("--new-presenter-link",)):
        with ServerProcess(*server_arguments, "--lan", "--public-address", "127.0.0.1", *more) as server:
            banners.append(read_banner(server))
    codes = [re.search(r"code ([A-Z]{4,6})\n", banner)[1] for banner in banners]
    first, second, third = map(parse_token, banners)
    assert first == second != third
    assert len(set(codes)) == 1


def test_main_lan_prints_a_readable_qr_code(server_arguments):
    with ServerProcess(*server_arguments, "--lan", "--public-address", "127.0.0.1") as server:
        banner = read_banner(server)
        code = re.search(r"code ([A-Z]{4,6})\n", banner)[1]
        assert read_terminal(banner) == f"http://127.0.0.1:{server.port}/join?code={code}"


def test_main_lan_listens_to_the_network(server_arguments):
    addresses = find_addresses()
    with ServerProcess(*server_arguments, "--lan") as server:
        assert server.host == (addresses[0] if addresses else "127.0.0.1")
        assert server.request("GET", "/healthz") == (200, {"alive": True})


def test_main_reports_invalid_public_address(model_folder):
    finished = run("--models", model_folder, "--lan", "--public-address", "no address")
    assert_refused(finished, "for --public-address, received 'no address'")


def test_main_serves_without_a_room(server_arguments, tmp_path):
    (tmp_path / "room").write_text("no folder")
    with ServerProcess(*server_arguments) as server:
        assert server.read_line() == "\n"
        assert server.read_line().startswith("There is no room now: ")
        assert server.request("GET", "/healthz") == (200, {"alive": True})


def test_main_deletes_expired_drawings_at_start(server_arguments, tmp_path):
    room = make_room(f"sqlite:///{tmp_path}/room/room.sqlite")
    import_jsonl(room.database, [changed(sent_at="2020-02-02T20:20:20Z")])
    assert room.drawing(LINE["id"])
    with ServerProcess(*server_arguments, "--retention-days", 30, "--delete-expired"):
        wait_until(lambda: not has_drawing(room, LINE["id"]))
    room.close()
