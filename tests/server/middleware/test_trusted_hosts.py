"""Requests for unknown host names are rejected."""

import socket

import pytest

from webapp.server.middleware.trusted_hosts import host_name

ROUTER_NAMES = (
    *(
        "laptop.local",
        "laptop.fritz.box",
        "laptop.home",
        "laptop.localdomain",
        "laptop.lan",
        "laptop.internal",
    ),
    *(
        "laptop.home.arpa",
        "my.laptop.lan:8000",
        "laptop.local.",
        "laptop.fritz.box.:8000",
        "laptop.",
        "LAPTOP.Local",
    ),
)
# An attacker can register these, or have them resolve to any address.
PUBLIC_NAMES = (
    *("fritz.box", "evil.box", "evilfritz.box", "laptop.fritz.box.example", "local.example", "x.arpa"),
    *(
        "192.168.1.7.nip.io",
        "laptop.lan.evil.com",
        "evil.com.",
        "evil.localhost.com",
        "laptop..",
        ".",
        "evil-local.com",
    ),
)
BARE_NAMES = ("ai", "ai.", "laptops", "com", "lan", "local")
PUBLIC = {"PUBLIC_ADDRESS": "https://inkwise.example"}
NAMED = {"TRUSTED_HOSTS": ("inkwise.example",)}


@pytest.mark.parametrize(
    ("config", "host", "status"),
    [
        ({}, "localhost:8000", 200),
        ({}, "127.0.0.1", 200),
        ({}, "[::1]:8000", 200),
        ({}, "rebound.example", 400),
        ({"HOST": "0.0.0.0"}, "192.168.1.20:8000", 200),
        ({"LAN": True}, "192.168.1.20:8000", 200),
        ({"LAN": True}, "[fe80::1]:8000", 200),
        ({"LAN": True}, "laptop:8000", 200),
        ({"LAN": True}, "laptop.local", 200),
        *(({"LAN": True}, host, 200) for host in ROUTER_NAMES),
        *(({"LAN": True}, host, 400) for host in (*PUBLIC_NAMES, *BARE_NAMES)),
        *(({}, host, 400) for host in (*ROUTER_NAMES, *PUBLIC_NAMES)),
        ({}, "inkwise.localhost:8000", 200),
        ({"LAN": True} | NAMED, "Inkwise.Example.", 200),
        ({"TRUSTED_HOSTS": ("Laptop.Example.",)}, "laptop.example", 200),
        ({"TRUSTED_PROXIES": 1} | NAMED, "inkwise.localhost", 400),
        *(({"TRUSTED_PROXIES": 1} | NAMED, host, 400) for host in ("localhost", "127.0.0.1:8000", "[::1]")),
        ({"LAN": True}, "rebound.example", 400),
        ({"LAN": True}, "rebound.localdomain.example", 400),
        ({"LAN": True}, "", 400),
        ({"LAN": True} | PUBLIC, "inkwise.example", 200),
        ({"LAN": True} | NAMED, "127.0.0.1:8000", 200),
        ({"LAN": True} | NAMED, "192.168.1.20:8000", 200),  # the address of the QR code
        ({"LAN": True} | NAMED, "[fd00::1]:8000", 200),
        ({"LAN": True} | NAMED, "laptop.local", 400),
        (NAMED, "192.168.1.20:8000", 400),
        ({"TRUSTED_PROXIES": 1} | NAMED, "192.168.1.20", 400),
        ({"HOST": "Box.Corp.Example"}, "box.corp.example:8000", 200),  # also in the QR code
        ({"HOST": "box.corp.example"} | NAMED, "box.corp.example", 200),
        ({"HOST": "box.corp.example"}, "corp.example", 400),
        ({"TRUSTED_PROXIES": 1}, "inkwise.example", 200),
        ({"TRUSTED_PROXIES": 1} | NAMED, "rebound.example", 400),
        ({"HOST": "0.0.0.0"} | NAMED, "inkwise.example", 200),
        ({"HOST": "0.0.0.0"} | NAMED, "rebound.example", 400),
    ],
)
@pytest.mark.parametrize("path", ["/healthz", "/api/models"])  # native and Flask
def test_trusted_hosts_reject_unknown_names(client_of, monkeypatch, config, host, status, path):
    monkeypatch.setattr(socket, "gethostname", lambda: "Laptop.fritz.box")
    response = client_of(**config).get(path, headers={"Host": host})
    assert response.status_code == status
    assert status == 200 or response.json()["error"]["code"] == "bad_request"


def test_trusted_hosts_reject_browsers_with_a_page(asgi_client):
    response = asgi_client.get("/", headers={"Host": "<b>rebound.example", "Accept": "text/html"})
    assert response.status_code == 400
    assert "text/html" in response.headers["Content-Type"]
    assert "does not answer to the name in the address bar" in response.text
    assert "see --trusted-hosts" in response.text
    assert "expected" not in response.text
    assert "<b>" not in response.text


@pytest.mark.parametrize(
    ("header", "name"),
    [("LOCALHOST:80", "localhost"), ("[::1]", "::1"), ("a b", "a b"), ("a:b:c", ""), ("", ""), ("a:80x", "")],
)
def test_host_name_is_read_without_its_port(header, name):
    assert host_name(header) == name
