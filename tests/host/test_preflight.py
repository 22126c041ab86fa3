"""Each check says what was found, and what to do where it is not well."""

import shutil
import socket
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace

import psutil
import pytest

from tests.fakes import write_model
from tests.room.rooms import join, make_room, send
from webapp import create_app
from webapp.errors import StorageUnavailable
from webapp.host import preflight
from webapp.host.preflight import Preflight
from webapp.room import auth as auth_module
from webapp.room import clock


@pytest.fixture
def make(store, tmp_path):
    """Make a Preflight with the settings given."""
    apps = []

    def make_one(**config) -> Preflight:
        app = create_app({"ROOM_FOLDER": tmp_path / "room", **config}, store=store)
        apps.append(app)
        room, auth = app.extensions["room"], app.extensions["auth"]
        return Preflight(app.config, app.extensions["store"], auth, room.database)

    yield make_one
    for app in apps:
        app.extensions["room"].close()


def warm(store) -> None:
    store.start()
    store.wait(60)


def test_preflight_tells_every_check_once(make, monkeypatch):
    monkeypatch.setattr(preflight, "_trouble", lambda address: None)
    names = " ".join(check.name for check in make().run())
    assert names == "models network address phones storage space clock files power"


@pytest.mark.parametrize("lan", [True, False])
def test_preflight_advice_stands_where_something_is_wrong(make, monkeypatch, lan):
    monkeypatch.setattr(preflight, "_trouble", lambda address: "timed out")
    for check in make(LAN=lan).run():
        assert check.detail
        assert check.ok is not False or check.advice.endswith(".")


def test_models_are_awaited(make, store):
    assert make().models().ok is False
    warm(store)
    check = make().models()
    assert (check.ok, check.detail) == (True, "linear, conv answer")


def test_models_that_failed_are_named(make, store, model_folder):
    write_model(model_folder, "linear", sha256="0" * 64)
    store = type(store)(model_folder, "conv", store._load)
    warm(store)
    check = Preflight({}, store, None, None).models()
    assert (check.ok, check.detail) == (False, "linear cannot be used")


def test_network_on_the_laptop_alone_says_how_phones_can_join(make):
    check = make().network()
    assert check.ok is None
    assert "make run LAN=1" in check.advice


def test_network_without_an_address_says_what_to_do(make, monkeypatch):
    monkeypatch.setattr(auth_module, "find_addresses", list)
    check = make(LAN=True).network()
    assert check.ok is False
    assert "hotspot" in check.advice


def test_network_names_all_addresses(make, monkeypatch):
    monkeypatch.setattr(auth_module, "find_addresses", lambda: ["192.168.1.7", "10.42.0.1"])
    check = make(LAN=True).network()
    assert (check.ok, check.detail) == (
        True,
        "phones open http://192.168.1.7:8000; also http://10.42.0.1:8000",
    )
    assert "--public-address" in check.advice


def test_address_where_something_answers_that_is_no_http_is_told(make):
    def answer(listener: socket.socket) -> None:
        connection, _ = listener.accept()
        with connection:
            connection.sendall(b"220 mail.example ready\r\n")

    with socket.create_server(("127.0.0.1", 0)) as listener, ThreadPoolExecutor(1) as elsewhere:
        elsewhere.submit(answer, listener)
        check = make(LAN=True, PUBLIC_ADDRESS=f"127.0.0.1:{listener.getsockname()[1]}").address()
    assert check.ok is False
    assert "does not answer" in check.detail


def test_address_that_nobody_answers_at_is_told(make):
    check = make(LAN=True, PUBLIC_ADDRESS="127.0.0.1:1").address()
    assert check.ok is False
    assert check.detail.startswith("http://127.0.0.1:1 does not answer: ")
    assert "firewall" in check.advice


def test_phones_cannot_be_known_before_one_came(make):
    checks = make(LAN=True, HOST="192.168.1.7")
    assert checks.phones().ok is None
    assert "Scan the code with one phone" in checks.phones().advice


def test_phones_are_seen_when_one_comes(make):
    checks = make(LAN=True)
    for visitor, expected in (("127.0.0.1", None), ("192.168.1.77", True)):
        checks.auth.note_visit(visitor)
        assert checks.phones().ok is expected


def test_phones_that_came_from_this_computer_do_not_count(make, monkeypatch):
    monkeypatch.setattr(auth_module, "find_addresses", lambda: ["192.168.1.7"])
    checks = make(LAN=True)
    checks.auth.note_visit("192.168.1.7")
    assert checks.phones().ok is None


def test_storage_is_written_to(make):
    check = make().storage()
    assert check.ok is (check.detail.startswith("a write took ") and not check.advice)


def test_storage_that_cannot_be_written_is_told(make, monkeypatch):
    def refuse():
        raise StorageUnavailable("this could not be stored: disk full")

    checks = make()
    monkeypatch.setattr(checks.database, "alone", refuse)
    check = checks.storage()
    assert (check.ok, check.detail) == (False, "this could not be stored: disk full")
    assert "--room-folder" in check.advice


@pytest.mark.parametrize(("free", "ok"), [(10, False), (5000, True)])
def test_space_on_the_disk_is_told(make, monkeypatch, free, ok):
    monkeypatch.setattr(shutil, "disk_usage", lambda path: SimpleNamespace(free=free * 1_000_000))
    check = make().space()
    assert (check.ok, check.detail) == (ok, f"{free:,} MB free")
    assert bool(check.advice) is not ok


def test_clock_before_the_newest_drawing_is_told(make, monkeypatch):
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
