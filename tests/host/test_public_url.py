"""PublicUrl: the addresses of this computer by likelihood, and the URLs made of them."""

import ipaddress
import socket
from types import SimpleNamespace

import psutil
import pytest

from tests.fake_clock import FakeClock
from webapp.errors import SettingError
from webapp.host import public_url
from webapp.host.public_url import PublicUrl, find_addresses, url_of
from webapp.settings import complete


@pytest.fixture
def network(monkeypatch):
    """Return a function that replaces psutil's interfaces and the address of the default route."""

    def replace(interfaces: list[tuple[str, str]], route: str | None = None, down: str = "") -> None:
        found: dict[str, list] = {}
        for name, address in interfaces:
            family = socket.AF_INET6 if ":" in address else socket.AF_INET
            found.setdefault(name, []).append(SimpleNamespace(family=family, address=address))
        states = {name: SimpleNamespace(isup=name != down) for name in found if ":" not in name}
        monkeypatch.setattr(public_url, "_route_address", lambda: route)
        monkeypatch.setattr(psutil, "net_if_addrs", lambda: found)
        monkeypatch.setattr(psutil, "net_if_stats", lambda: states)

    return replace


@pytest.mark.parametrize(
    ("interfaces", "route", "expected"),
    [
        ([("lo", "127.0.0.1"), ("wlan0", "192.168.1.7")], "192.168.1.7", ["192.168.1.7"]),
        ([("eth0", "10.0.0.5"), ("wlan0", "192.168.1.7")], "10.0.0.5", ["10.0.0.5", "192.168.1.7"]),
        ([("docker0", "172.17.0.1"), ("wlan0", "10.42.0.1")], None, ["10.42.0.1", "172.17.0.1"]),
        ([("wg0", "10.8.0.2"), ("wlan0", "192.168.1.7")], "10.8.0.2", ["192.168.1.7", "10.8.0.2"]),
        ([("en0", "10.0.0.9"), ("bridge100", "192.168.2.1")], None, ["192.168.2.1", "10.0.0.9"]),
        ([("eth0", "169.254.3.4"), ("eth1", "134.93.1.2")], None, ["134.93.1.2", "169.254.3.4"]),
        ([("wlan0", "134.93.1.2")], "134.93.1.2", ["134.93.1.2"]),
        ([("vEthernet (WSL)", "172.20.0.1"), ("Wi-Fi", "10.0.0.9")], None, ["10.0.0.9", "172.20.0.1"]),
        ([("wlan0", "192.168.1.7"), ("wlan0", "192.168.1.8")], None, ["192.168.1.7", "192.168.1.8"]),
        ([("wlan0", "fe80::1%wlan0"), ("wlan0", "192.168.1.7")], None, ["192.168.1.7"]),
        ([("eth0:1", "10.0.0.6")], None, ["10.0.0.6"]),  # an alias, without state in psutil
        ([], "192.168.1.7", ["192.168.1.7"]),
        ([("lo", "127.0.0.1")], None, []),
        ([], None, []),
    ],
)
def test_addresses_are_sorted_by_likelihood(network, interfaces, route, expected):
    network(interfaces, route)
    assert find_addresses() == expected


def test_addresses_skip_interfaces_that_are_down(network):
    network([("eth0", "10.0.0.5"), ("wlan0", "192.168.1.7")], down="eth0")
    assert find_addresses() == ["192.168.1.7"]


def test_addresses_fall_back_to_the_route(network, monkeypatch):
    def refuse():
        raise PermissionError(13, "Permission denied")

    network([], "192.168.1.7")
    monkeypatch.setattr(psutil, "net_if_addrs", refuse)
    assert find_addresses() == ["192.168.1.7"]


def test_addresses_can_be_bound():
    for address in find_addresses():
        assert ipaddress.ip_address(address).version == 4
        with socket.create_server((address, 0)):
            pass


@pytest.mark.parametrize(
    ("public", "expected"),
    [
        ("192.168.1.7", "http://192.168.1.7:8765"),
        ("192.168.1.7:80", "http://192.168.1.7:80"),
        ("laptop.local", "http://laptop.local:8765"),
        ("https://inkwise.example", "https://inkwise.example"),
        ("https://inkwise.example:8443/", "https://inkwise.example:8443"),
        ("laptop.local.", "http://laptop.local.:8765"),
        ("https://site.example/inkwise/", "https://site.example/inkwise"),
        ("192.168.1.7/a/b-c_d", "http://192.168.1.7:8765/a/b-c_d"),
    ],
)
def test_public_address_is_a_host_or_a_whole_address(public, expected):
    assert url_of(public, 8765) == expected


@pytest.mark.parametrize(
    "public",
    [
        "in kwise",
        "http://a/b c",
        "http://a/../b",
        "http://a/%2f",
        "ftp://a",
        "a:99999",
        "http://u@a",
        "a?b",
        "a#b",
        '"><script>',
        "::1",
    ],
)
def test_public_address_rejects_other_text(public):
    with pytest.raises(SettingError, match="for --public-address, received"):
        url_of(public, 8765)


def make_url(clock=None, **config) -> PublicUrl:
    return PublicUrl(complete(config), *([clock] if clock else []))


@pytest.mark.parametrize(
    ("config", "found", "expected"),
    [
        ({}, ["192.168.1.7"], ["http://127.0.0.1:8000"]),
        ({"HOST": "::1"}, [], ["http://[::1]:8000"]),
        ({"LAN": True}, ["192.168.1.7", "10.0.0.5"], ["http://192.168.1.7:8000", "http://10.0.0.5:8000"]),
        ({"LAN": True}, [], ["http://127.0.0.1:8000"]),
        ({"HOST": "10.0.0.5"}, ["192.168.1.7"], ["http://10.0.0.5:8000"]),
        ({"LAN": True, "HOST": "127.0.0.1"}, ["192.168.1.7"], ["http://192.168.1.7:8000"]),
        ({"LAN": True, "PUBLIC_ADDRESS": "https://a.example"}, ["192.168.1.7"], ["https://a.example"]),
        ({"LAN": True, "PUBLIC_ADDRESS": "10.0.0.9", "PORT": 80}, [], ["http://10.0.0.9:80"]),
    ],
)
def test_public_url_for_phones(monkeypatch, config, found, expected):
    monkeypatch.setattr(public_url, "find_addresses", lambda: found)
    url = make_url(**config)
    assert url.for_phones() == expected
    assert url.has_network == (expected[0] != "http://127.0.0.1:8000" or not config)


def test_public_url_follows_the_network(monkeypatch):
    clock, found = FakeClock(), [["192.168.1.7"], ["10.42.0.1"]]
    monkeypatch.setattr(public_url, "find_addresses", lambda: found.pop(0))
    url = make_url(LAN=True, clock=clock)
    assert url.for_phones() == url.for_phones() == ["http://192.168.1.7:8000"]
    clock.now += 6
    assert url.for_phones() == ["http://10.42.0.1:8000"]


def test_public_url_to_join_contains_the_code():
    url = make_url(PUBLIC_ADDRESS="http://10.0.0.5:80")
    assert url.to_join("APPLE") == "http://10.0.0.5:80/join?code=APPLE"
    assert url.to_join(None) == "http://10.0.0.5:80/join"
    assert url.join_info("APPLE") == {
        "code": "APPLE",
        "needs_code": True,
        "address": "http://10.0.0.5:80/join",
    }
    assert url.join_info("APPLE", shows_code=False)["code"] is None
    assert url.join_info(None)["needs_code"] is False


def test_public_url_rejects_malformed_address():
    with pytest.raises(SettingError, match="for --public-address"):
        make_url(PUBLIC_ADDRESS="no address")
