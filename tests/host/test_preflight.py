"""Each preflight check reports its result, and advice if it fails."""

import asyncio
import shutil
import socket
import sys
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace

import psutil
import pytest
import uvicorn

from tests.fakes import write_model
from tests.room.rooms import join, make_room, send
from tests.waiting import TIMEOUT
from webapp import create_app
from webapp.errors import StorageUnavailable
from webapp.host import preflight, public_url
from webapp.host.preflight import Preflight
from webapp.room import clock


@pytest.fixture
def make(store, tmp_path):
    """Make a Preflight with the settings given."""
    apps = []

    def make_one(**config) -> Preflight:
        app = create_app({"ROOM_FOLDER": tmp_path / "room", **config}, store=store)
        apps.append(app)
        room, url = app.extensions["room"], app.extensions["public_url"]
        return Preflight(app.config, app.extensions["store"], url, room.database, app.extensions["retention"])

    yield make_one
    for app in apps:
        app.extensions["room"].close()


def warm(store) -> None:
    store.start()
    store.wait(TIMEOUT)


def test_preflight_runs_every_check_once(make, monkeypatch):
    monkeypatch.setattr(preflight, "_find_problem", lambda address: None)
    names = " ".join(check.name for check in make().run())
    assert names == "models network address phones storage space clock files power"


@pytest.mark.parametrize("lan", [True, False])
def test_preflight_gives_advice_for_failed_checks(make, monkeypatch, lan):
    monkeypatch.setattr(preflight, "_find_problem", lambda address: "timed out")
    for check in make(LAN=lan).run():
        assert check.detail
        assert check.ok is not False or check.advice.endswith(".")


def test_models_check_passes_when_loaded(make, store):
    assert make().models().ok is False
    warm(store)
    check = make().models()
    assert (check.ok, check.detail) == (True, "linear, conv are loaded")


@pytest.mark.parametrize(
    ("failed", "loss"),
    [
        (["linear"], "The other models work. "),
        (["conv"], "Phones cannot send without conv, unless you start Inkwise with --default-model linear. "),
        (["conv", "linear"], "Nothing can be predicted, and phones cannot send. "),
    ],
)
def test_models_check_tells_what_failed_models_cost(store, model_folder, failed, loss):
    for name in failed:
        write_model(model_folder, name, sha256="0" * 64)
    store = type(store)(model_folder, "conv", store._load)
    warm(store)
    check = Preflight({}, store, None, None).models()
    assert not check.ok
    assert check.detail.startswith(f"{', '.join(failed)} cannot be used: expected the SHA-256")
    assert check.advice == loss + preflight.REPAIR


def test_network_check_on_loopback_advises_lan(make):
    check = make().network()
    assert check.ok is None
    assert "make run LAN=1" in check.advice


def test_network_check_without_address_advises_hotspot(make, monkeypatch):
    monkeypatch.setattr(public_url, "find_addresses", list)
    check = make(LAN=True).network()
    assert check.ok is False
    assert "hotspot" in check.advice


def test_network_check_lists_all_addresses(make, monkeypatch):
    monkeypatch.setattr(public_url, "find_addresses", lambda: ["192.168.1.7", "10.42.0.1"])
    check = make(LAN=True).network()
    assert (check.ok, check.detail) == (
        True,
        "phones open http://192.168.1.7:8000; also http://10.42.0.1:8000",
    )
    assert "--public-address" in check.advice


def test_address_check_fails_for_a_non_http_server(make):
    def answer(listener: socket.socket) -> None:
        connection, _ = listener.accept()
        with connection:
            connection.sendall(b"220 mail.example ready\r\n")

    with socket.create_server(("127.0.0.1", 0)) as listener, ThreadPoolExecutor(1) as elsewhere:
        elsewhere.submit(answer, listener)
        check = make(LAN=True, PUBLIC_ADDRESS=f"127.0.0.1:{listener.getsockname()[1]}").address()
    assert check.ok is False
    assert "does not answer" in check.detail


def test_address_check_fails_without_a_server(make):
    check = make(LAN=True, PUBLIC_ADDRESS="127.0.0.1:1").address()
    assert check.ok is False
    assert check.detail.startswith("http://127.0.0.1:1 does not answer: ")
    assert "firewall" in check.advice


def test_phones_check_is_unknown_before_the_first_visit(make):
    checks = make(LAN=True, HOST="192.168.1.7")
    assert checks.phones().ok is None
    assert "Scan the QR code with one phone" in checks.phones().advice


def test_phones_check_passes_after_a_visit(make):
    checks = make(LAN=True)
    for visitor, expected in (("127.0.0.1", None), ("192.168.1.77", True)):
        checks.url.note_visit(visitor)
        assert checks.phones().ok is expected


def test_phones_check_ignores_visits_from_this_computer(make, monkeypatch):
    monkeypatch.setattr(public_url, "find_addresses", lambda: ["192.168.1.7"])
    checks = make(LAN=True)
    checks.url.note_visit("192.168.1.7")
    assert checks.phones().ok is None


def test_storage_check_measures_a_write(make):
    check = make().storage()
    assert check.ok is (check.detail.startswith("a write took ") and not check.advice)


def test_storage_check_reports_failed_writes(make, monkeypatch):
    def refuse():
        raise StorageUnavailable("this could not be stored: disk full")

    checks = make()
    monkeypatch.setattr(checks.database, "writing", refuse)
    check = checks.storage()
    assert (check.ok, check.detail) == (False, "this could not be stored: disk full")
    assert "--room-folder" in check.advice


@pytest.mark.parametrize(("free", "refused"), [(49, True), (50, False)])
def test_space_check_tells_when_drawings_are_refused(make, monkeypatch, free, refused):
    monkeypatch.setattr(shutil, "disk_usage", lambda path: SimpleNamespace(free=free * 1_000_000))
    assert ("Drawings are refused until 50 MB are free." in make().space().advice) == refused


def test_storage_check_fails_after_the_file_was_removed(make, tmp_path):
    checks = make()
    checks.database.open()
    for file in (tmp_path / "room").iterdir():
        file.unlink()
    check = checks.storage()
    assert (check.ok, checks.storage().ok) == (False, False)
    assert "was removed or replaced" in check.detail


@pytest.mark.parametrize(("free", "ok"), [(10, False), (5000, True)])
def test_space_check_reports_free_space(make, monkeypatch, free, ok):
    monkeypatch.setattr(shutil, "disk_usage", lambda path: SimpleNamespace(free=free * 1_000_000))
    check = make().space()
    assert (check.ok, check.detail) == (ok, f"{free:,} MB free")
    assert bool(check.advice) is not ok


def test_clock_check_fails_while_expired_drawings_are_kept(make):
    checks = make()
    checks.retention.notice = (
        "3 of 3 drawings are older than 30 days by this computer's clock; they are kept."
    )
    check = checks.clock()
    assert check.ok is False
    assert "they are kept" in check.detail
    assert "--delete-expired" in check.advice


def test_clock_check_shows_the_local_time(make, monkeypatch):
    monkeypatch.setattr(clock, "local_time", lambda milliseconds: "2026-11-23 09:22")
    assert make().clock().detail == "2026-11-23 09:22"


def test_clock_check_fails_before_the_newest_drawing(make, monkeypatch):
    checks = make()
    assert checks.clock().ok is True
    room = make_room(str(checks.database.url))
    sent_at = clock.milliseconds(send(room, join(room))["sent_at"])
    room.close()
    monkeypatch.setattr(clock, "now", lambda: sent_at - 1)
    assert checks.clock().ok is False


@pytest.mark.parametrize(
    ("battery", "ok"),
    [
        (SimpleNamespace(power_plugged=True), True),
        (SimpleNamespace(power_plugged=False), False),
        (SimpleNamespace(power_plugged=None), None),
        (None, None),  # no battery
    ],
)
def test_power_follows_the_battery(make, monkeypatch, battery, ok):
    monkeypatch.setattr(psutil, "sensors_battery", lambda: battery)
    assert make().power().ok is ok


def test_power_is_unknown_when_the_system_refuses(make, monkeypatch):
    def refuse():
        raise FileNotFoundError(2, "No such file", "/sys/class/power_supply")

    monkeypatch.setattr(psutil, "sensors_battery", refuse)
    assert make().power().ok is None


def test_power_is_unknown_on_systems_without_the_function(make, monkeypatch):
    monkeypatch.delattr(psutil, "sensors_battery")
    assert make().power().ok is None


def test_files_check_passes_on_windows(make, monkeypatch):
    """uvicorn's event loop on Windows waits for completed operations, and so for any number of sockets."""
    check_files = make().files
    monkeypatch.setattr(sys, "platform", "win32")
    check = check_files()
    assert (check.ok, check.detail) == (True, "Windows has no limit of open files")


def test_event_loop_of_windows_has_no_limit(monkeypatch):
    monkeypatch.setattr(sys, "platform", "win32")
    monkeypatch.setattr(asyncio, "ProactorEventLoop", object(), raising=False)  # only Windows has it
    # Without uvloop, which does not exist for Windows, uvicorn takes this loop by default.
    loop_factory = uvicorn.Config(lambda scope, receive, send: None, loop="asyncio").get_loop_factory()
    assert loop_factory is asyncio.ProactorEventLoop
