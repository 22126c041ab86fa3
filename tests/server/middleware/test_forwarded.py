"""Forwarded headers are trusted from the configured number of proxies only."""

import pytest

from webapp.server.middleware.forwarded import ForwardedHeaders

FORWARDED = {
    "X-Forwarded-For": "1.2.3.4",
    "X-Forwarded-Proto": "https",
    "X-Forwarded-Host": "inkwise.example",
}


async def forward(proxies: int, headers: dict[str, str]) -> tuple:
    """Return the client's address, the scheme and the host that the application sees."""
    seen = {}

    async def app(scope, receive, send):
        seen.update(scope)

    encoded = [(name.lower().encode(), value.encode()) for name, value in headers.items()]
    scope = {"type": "http", "client": ("127.0.0.1", 5), "scheme": "http", "headers": encoded}
    await ForwardedHeaders(app, proxies)(scope, None, None)
    return seen["client"][0], seen["scheme"], dict(seen["headers"]).get(b"host", b"").decode()


@pytest.mark.parametrize(
    ("proxies", "address", "expected"),
    [
        (1, "1.2.3.4", "1.2.3.4"),
        (1, "6.6.6.6, 1.2.3.4", "1.2.3.4"),  # the client claims to be 6.6.6.6
        (2, "6.6.6.6, 1.2.3.4, 10.0.0.1", "1.2.3.4"),
        (2, "1.2.3.4", "127.0.0.1"),  # one proxy was bypassed
        (1, "", "127.0.0.1"),
    ],
)
async def test_forwarded_address_is_set_by_the_first_trusted_proxy(proxies, address, expected):
    found, _, _ = await forward(proxies, {"Host": "localhost", "X-Forwarded-For": address})
    assert found == expected


@pytest.mark.parametrize(
    ("proxies", "reported", "scheme"),
    [
        (2, "https", "https"),  # the last proxy replaces the value
        (2, "https, http", "https"),  # each proxy appends its own
        (2, "https, http, http", "http"),  # the client claims https
        (1, "https, http", "http"),
        (2, "", "http"),
    ],
)
async def test_forwarded_scheme_is_reported_by_the_first_trusted_proxy(proxies, reported, scheme):
    _, found, _ = await forward(proxies, {"X-Forwarded-Proto": reported})
    assert found == scheme


async def test_forwarded_host_of_two_proxies_may_be_one_value():
    _, _, host = await forward(2, {"Host": "localhost", "X-Forwarded-Host": "inkwise.example"})
    assert host == "inkwise.example"


async def test_forwarded_scheme_and_host_are_trusted():
    assert await forward(1, FORWARDED | {"Host": "localhost"}) == ("1.2.3.4", "https", "inkwise.example")
    assert await forward(1, {"Host": "localhost", "X-Forwarded-Proto": "gopher"}) == (
        "127.0.0.1",
        "http",
        "localhost",
    )


def test_forwarded_headers_are_ignored_without_a_proxy(client_of):
    client = client_of("10.0.0.7", LAN=True)
    # From loopback it could read the metrics.
    response = client.get(
        "/metrics", headers={"X-Forwarded-For": "127.0.0.1", "X-Forwarded-Host": "localhost"}
    )
    assert response.status_code == 403


def test_forwarded_scheme_is_ignored_without_a_proxy(client_of):
    response = client_of("10.0.0.7").post("/api/room/participants", headers=FORWARDED)
    assert response.status_code == 201
    assert "Secure" not in response.headers["Set-Cookie"]


def test_forwarded_https_makes_cookies_secure(client_of):
    client = client_of(TRUSTED_PROXIES=1, ROOM_CODE="STOFF")
    headers = FORWARDED | {"Origin": "https://inkwise.example"}
    response = client.post("/api/room/participants", json={"code": "STOFF"}, headers=headers)
    assert response.status_code == 201
    assert "Secure" in response.headers["Set-Cookie"]
