"""Only requests for this server's own names are answered."""

import pytest

from webapp.server.trusted_hosts import host_name

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
        ({"LAN": True}, "rebound.example", 400),
        ({"LAN": True}, "rebound.localdomain.example", 400),
        ({"LAN": True}, "", 400),
        ({"LAN": True} | PUBLIC, "inkwise.example", 200),
        ({"LAN": True} | NAMED, "127.0.0.1:8000", 200),
        ({"LAN": True} | NAMED, "laptop.local", 400),
        ({"TRUSTED_PROXIES": 1}, "inkwise.example", 200),
        ({"TRUSTED_PROXIES": 1} | NAMED, "rebound.example", 400),
        ({"HOST": "0.0.0.0"} | NAMED, "inkwise.example", 200),
        ({"HOST": "0.0.0.0"} | NAMED, "rebound.example", 400),
    ],
)
@pytest.mark.parametrize("path", ["/healthz", "/api/models"])  # native, and Flask's
def test_trusted_hosts_answer_to_known_names_only(client_of, config, host, status, path):
    response = client_of(**config).get(path, headers={"Host": host})
    assert response.status_code == status
    assert status == 200 or response.json()["error"]["code"] == "bad_request"


def test_trusted_hosts_show_a_page_to_a_person(asgi_client):
    response = asgi_client.get("/", headers={"Host": "<b>rebound.example", "Accept": "text/html"})
    assert response.status_code == 400
    assert "text/html" in response.headers["Content-Type"]
    assert "see --trusted-hosts" in response.text
    assert "<b>" not in response.text


@pytest.mark.parametrize(
    ("header", "name"),
    [("LOCALHOST:80", "localhost"), ("[::1]", "::1"), ("a b", "a b"), ("a:b:c", ""), ("", ""), ("a:80x", "")],
)
def test_host_name_is_read_without_its_port(header, name):
    assert host_name(header) == name
