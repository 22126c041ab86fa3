"""Which of this computer's addresses phones are shown, and what the setting for it may say."""

import ipaddress
import socket

import pytest

from webapp.errors import SettingError
from webapp.room import addresses
from webapp.room.addresses import address_of, find_addresses


@pytest.fixture
def network(monkeypatch):
    """Pretend interfaces, and which address leads to the internet."""

    def pretend(interfaces: list[tuple[str, str]], route: str | None = None) -> None:
        monkeypatch.setattr(addresses, "_route_address", lambda: iter([route] if route else []))
        monkeypatch.setattr(addresses, "_name_addresses", lambda: iter([]))
        monkeypatch.setattr(addresses, "_interface_addresses", lambda: iter(interfaces))

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
        ([("lo", "127.0.0.1")], None, []),
        ([], None, []),
    ],
)
def test_addresses_come_in_the_order_of_likelihood(network, interfaces, route, expected):
    network(interfaces, route)
    assert find_addresses() == expected


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
def test_public_address_that_is_none_is_told(public):
    with pytest.raises(SettingError, match="for --public-address, received"):
        address_of(public, 8765)
