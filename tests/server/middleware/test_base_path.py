"""Below a base path, each URL and cookie of the server contains it."""

import re
from html import unescape
from http.cookies import SimpleCookie
from urllib.parse import urljoin, urlsplit

import pytest
from starlette.applications import Starlette
from starlette.routing import Mount
from starlette.testclient import TestClient

from tests.fakes import some_bitmap
from tests.host.qr_reader import read_svg
from tests.room.rooms import INK, new_id
from webapp.asgi import create_asgi
from webapp.server.middleware.base_path import parse, remove

PREFIX = {"X-Forwarded-Prefix": "/inkwise"}
PAGES = [
    "/", "/inside", "/data", "/models", "/models/conv", "/join", "/wall", "/scoreboard", "/presenter", "/lab",
    "/teach",
]  # fmt: skip
PUBLIC = "https://site.example/inkwise"


@pytest.fixture
def proxied(client_of) -> TestClient:
    """A client behind a proxy that reports its prefix."""
    client = client_of(TRUSTED_PROXIES=1, ROOM_CODE="APPLE")
    client.headers.update(PREFIX)
    return client


def urls_of(page: str) -> list[str]:
    """Return the URLs in a page, other than those that begin with its own."""
    found = map(unescape, re.findall(r'(?:href|src|action|data-source)="([^"]*)"', page))
    return [url for url in found if not url.startswith(("#", "?", "data:"))]


@pytest.mark.parametrize("path", [*PAGES, "/preflight", "/nothing", "/models/nothing"])
@pytest.mark.parametrize("before", ["", "/inkwise"])  # removed by the proxy, or not
def test_page_links_below_the_base_path(proxied, path, before):
    page = proxied.get(before + path, headers={"Accept": "text/html"}).text
    urls = urls_of(page)
    assert len(urls) > 5
    assert [url for url in urls if not url.startswith("/inkwise/")] == []
    assert '<html lang="en" data-base-path="/inkwise"' in page
    for url in {url for url in urls if "/static/" in url}:
        assert proxied.get(url.removeprefix("/inkwise")).status_code == 200


@pytest.mark.parametrize("path", PAGES)
def test_page_links_to_the_root_without_a_base_path(asgi_client, path):
    page = asgi_client.get(path, headers=PREFIX).text  # no proxy is trusted
    assert "inkwise/" not in "".join(urls_of(page))
    assert 'data-base-path=""' in page


def test_presenter_link_works_below_the_base_path(app, client_of):
    app.config["TRUSTED_PROXIES"] = 1
    client = client_of(app=app)
    client.headers.update(PREFIX)
    link = app.extensions["auth"].presenter_path()
    response = client.get(f"/inkwise{link}", follow_redirects=False)
    assert (response.status_code, response.headers["Location"]) == (303, "/inkwise/presenter")
    pages = [client.get(path).text for path in ("/inkwise/presenter", "/inkwise/preflight")]
    assert "/inkwise/api/room/export/idx.zip" in pages[0]
    assert [url for page in pages for url in urls_of(page) if not url.startswith("/inkwise/")] == []


def test_cookies_belong_to_the_base_path(proxied):
    response = proxied.post("/api/room/participants", json={"code": "APPLE"})
    cookie = SimpleCookie(response.headers["Set-Cookie"])["inkwise_participant.inkwise"]
    assert (response.status_code, cookie["path"]) == (201, "/inkwise")


def test_redirects_stay_below_the_base_path(proxied):
    response = proxied.get("/join/?code=APPLE", follow_redirects=False)
    assert (response.status_code, response.headers["Location"]) == (308, "/inkwise/join?code=APPLE")


def test_openapi_names_the_base_path_as_server(proxied, asgi_client):
    assert proxied.get("/openapi.json").json()["servers"] == [{"url": "/inkwise"}]
    assert asgi_client.get("/openapi.json").json()["servers"] == [{"url": "/"}]


@pytest.mark.parametrize("before", ["", "/inkwise"])
def test_native_endpoints_answer_below_the_base_path(proxied, before):
    prediction = proxied.post(
        f"{before}/api/predict",
        content=some_bitmap().tobytes(),
        headers={"Content-Type": "application/octet-stream"},
    )
    assert prediction.status_code == 200
    assert proxied.get(f"{before}/api/room/state").json()["needs_code"] is True
    assert proxied.get(f"{before}/readyz").json()["ready"]
    assert proxied.get("/inkwise").status_code == 200


def test_rate_limits_hold_below_the_base_path(client_of):
    client = client_of("10.0.0.7", TRUSTED_PROXIES=1, RATE_LIMIT_SCALE=0.001)
    client.headers.update(PREFIX)
    statuses = [client.post("/inkwise/api/explain", content=b"").status_code for _ in range(2)]
    assert statuses[1] == 429


def test_other_paths_are_unknown(proxied):
    for path in ("/inkwise2/join", "/inkwise//join", "/inkwise/inkwise/join"):
        assert proxied.get(path).status_code == 404


@pytest.mark.parametrize(
    "given", ["//evil.example", "/a b", "https://evil.example", "/a/../b", '/"><script>', "/"]
)
def test_malformed_prefix_is_ignored(client_of, given):
    page = client_of(TRUSTED_PROXIES=1).get("/", headers={"X-Forwarded-Prefix": given}).text
    hosts = {urlsplit(urljoin("http://inkwise.example/", url)).netloc for url in urls_of(page)}
    assert hosts == {"inkwise.example"}
    assert '"><script>' not in page


def test_prefix_of_the_first_trusted_proxy_counts(client_of):
    client = client_of(TRUSTED_PROXIES=2)
    for given, base in (("/forged, /first, /second", "/first"), ("/second", "/second")):
        page = client.get("/", headers={"X-Forwarded-Prefix": given}).text
        assert f'data-base-path="{base}"' in page


def test_application_works_as_a_mount(app):
    site = Starlette(routes=[Mount("/inkwise", create_asgi(app))])
    with TestClient(site, "http://localhost") as client:
        assert urls_of(client.get("/inkwise/join").text)[0].startswith("/inkwise/static/")
        assert client.get("/inkwise/api/room/state").status_code == 200
        assert client.get("/join").status_code == 404


def test_script_name_of_a_wsgi_server_is_the_base_path(app):
    client = app.test_client()
    page = client.get("/inside", base_url="http://localhost/inkwise").text
    assert all(url.startswith("/inkwise/") for url in urls_of(page))


@pytest.mark.parametrize("before", ["", "/inkwise"])
def test_path_of_the_public_address_is_the_base_path(client_of, before):
    client = client_of(LAN=True, ROOM_CODE="APPLE", PUBLIC_ADDRESS=PUBLIC)
    assert client.get(f"{before}/api/room/state").json()["address"] == f"{PUBLIC}/join"
    assert read_svg(client.get(f"{before}/qr.svg").content) == f"{PUBLIC}/join?code=APPLE"
    page = client.get(f"{before}/join").text
    assert all(url.startswith("/inkwise/") for url in urls_of(page))
    client.post(f"{before}/api/room/participants", json={"code": "APPLE"})
    drawing = new_id()
    client.put(f"/inkwise/api/room/drawings/{drawing}", json={"strokes": INK})
    code = read_svg(client.get(f"{before}/room/drawings/{drawing}/inside.svg").content)
    assert code == f"{PUBLIC}/room/drawings/{drawing}/inside"


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("/inkwise", "/inkwise"),
        ("inkwise/", "/inkwise"),
        ("/a/b.c", "/a/b.c"),
        ("/", ""),
        ("", ""),
        ("/a b", None),
    ],
)
def test_base_path_is_parsed(text, path):
    assert parse(text) == path


def test_base_path_is_removed_at_whole_segments():
    removed = [remove("/a", path) for path in ("/a", "/a/", "/a/b", "/ab", "/b", "*")]
    assert removed == ["/", "/", "/b", "/ab", "/b", "*"]
