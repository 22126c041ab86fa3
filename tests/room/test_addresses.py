"""Addresses of this computer, in the order in which phones are likely to reach them; the public address."""

import ipaddress
import socket
from types import SimpleNamespace

import psutil
import pytest

from webapp.errors import SettingError
from webapp.room import addresses
from webapp.room.addresses import address_of, find_addresses


@pytest.fixture
def network(monkeypatch):
    """Replace the interfaces that psutil finds, and the address on the way to the internet."""

    def pretend(interfaces: list[tuple[str, str]], route: str | None = None, down: str = "") -> None:
        found: dict[str, list] = {}
        for name, address in interfaces:
            family = socket.AF_INET6 if ":" in address else socket.AF_INET
            found.setdefault(name, []).append(SimpleNamespace(family=family, address=address))
        states = {name: SimpleNamespace(isup=name != down) for name in found if ":" not in name}
        monkeypatch.setattr(addresses, "_route_address", lambda: route)
        monkeypatch.setattr(psutil, "net_if_addrs", lambda: found)
        monkeypatch.setattr(psutil, "net_if_stats", lambda: states)

    return pretend


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
        ([("eth0:1", "10.0.0.6")], None, ["10.0.0.6"]),  # an alias, of which psutil has no state
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


def test_addresses_without_access_to_interfaces_are_those_of_the_route(network, monkeypatch):
    def refuse():
        raise PermissionError(13, "Permission denied")

    network([], "192.168.1.7")
    monkeypatch.setattr(psutil, "net_if_addrs", refuse)
    assert find_addresses() == ["192.168.1.7"]


def test_addresses_of_this_computer_can_be_listened_on():
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
    ],
)
def test_public_address_is_a_host_or_a_whole_address(public, expected):
    assert address_of(public, 8765) == expected


@pytest.mark.parametrize(
    "public",
    ["in kwise", "http://a/b", "ftp://a", "a:99999", "http://u@a", "a?b", "a#b", '"><script>', "::1"],
)
def test_public_address_rejects_other_text(public):
    with pytest.raises(SettingError, match="for --public-address, received"):
        address_of(public, 8765)
