"""This computer, the presenter and computers with the wall's link see the join code, and no others."""

import pytest

from tests.host.qr_reader import read_svg
from webapp import create_app
from webapp.host import public_url
from webapp.server.http import PRESENTER, WALL, cookie_name

OTHER, OWN = "10.0.0.7", "192.168.1.7"
CODE = "APPLE"
PATHS = ["/api/room/state", "/api/room/state?since=1", "/api/room/wall", "/api/room/wall?since=1&limit=5"]
PAGES = ["/wall", "/join", "/scoreboard", "/", "/openapi.json", "/api/room/scoreboard", "/readyz"]


@pytest.fixture(autouse=True)
def own_address(monkeypatch):
    monkeypatch.setattr(public_url, "find_addresses", lambda: [OWN])


@pytest.fixture
def open_app(app, store, tmp_path):
    """The application of an open room."""
    app = create_app({"ROOM_FOLDER": tmp_path / "open", "LAN": True, "ROOM_CODE": CODE}, store)
    yield app
    app.extensions["room"].close()


@pytest.fixture
def auth(open_app):
    """The authentication of the open room."""
    return open_app.extensions["auth"]


@pytest.fixture
def open_room(client_of, open_app):
    """Return a function that returns a client of the open room at an address."""
    return lambda address: client_of(address, open_app)


def codes_shown(client, **options) -> set:
    """Return every code that a client sees in the room's API and QR code."""
    found = {client.get(path, **options).json()["code"] for path in PATHS}
    return found | {read_svg(client.get("/qr.svg", **options).content).partition("?code=")[2] or None}


def test_other_client_sees_no_code(open_room):
    client = open_room(OTHER)
    assert codes_shown(client) == {None}
    assert all(client.get(path).json()["needs_code"] for path in PATHS)
    for path in [*PATHS, *PAGES]:
        assert CODE not in client.get(path).text, path


def test_participant_sees_no_code(open_room):
    client = open_room(OTHER)
    assert client.post("/api/room/participants", json={"code": CODE}).status_code == 201
    assert codes_shown(client) == {None}


@pytest.mark.parametrize("address", ["127.0.0.1", "::1", OWN])
def test_this_computer_sees_the_code(open_room, address):
    assert codes_shown(open_room(address)) == {CODE}


def test_presenter_sees_the_code(open_room, auth):
    client = open_room(OTHER)
    client.get(auth.presenter_path())
    assert codes_shown(client) == {CODE}


@pytest.mark.parametrize("kind", [PRESENTER, WALL])
def test_wrong_cookie_shows_no_code(open_room, kind):
    client = open_room(OTHER)
    name = cookie_name(kind, client.base_url.netloc.decode(), "")
    assert codes_shown(client, headers={"Cookie": f"{name}=wrong"}) == {None}


def test_wall_link_shows_the_code_and_authorizes_nothing(open_room, auth):
    client = open_room(OTHER)
    response = client.get(auth.wall_path(), follow_redirects=False)
    assert (response.status_code, response.headers["Location"]) == (303, "/wall")
    assert response.headers["Cache-Control"] == "no-store"
    assert codes_shown(client) == {CODE}
    assert client.post("/api/room/clear").status_code == 403
    assert client.get("/presenter").status_code == 403


def test_wall_cookie_is_not_the_presenters(auth):
    cookie = auth.wall_cookie_for(auth.wall_path().partition("=")[2], OTHER)
    assert auth.is_wall(cookie)
    assert not auth.is_presenter(cookie)


def test_wrong_wall_token_is_rejected_and_throttled(open_room):
    client = open_room(OTHER)
    statuses = [client.get("/wall?token=wrong").status_code for _ in range(30)]
    assert (statuses[0], statuses[-1]) == (403, 429)
    assert codes_shown(client) == {None}


def test_new_presenter_link_ends_the_wall_link(open_room, auth):
    client = open_room(OTHER)
    client.get(auth.wall_path())
    auth.make_new_link()
    assert codes_shown(client) == {None}


@pytest.mark.parametrize("header", ["X-Forwarded-For", "Forwarded", "Via", "X-Real-Ip"])
def test_proxy_that_is_not_configured_does_not_make_clients_local(open_room, header):
    assert codes_shown(open_room("127.0.0.1"), headers={header: "10.0.0.7"}) == {None}


def test_loopback_behind_a_proxy_sees_no_code(client_of):
    client = client_of("127.0.0.1", LAN=True, ROOM_CODE=CODE, TRUSTED_PROXIES=1)
    assert codes_shown(client) == {None}


def test_no_checksum_reveals_the_code(client_of):
    """254 codes are quickly tried: what others receive must not depend on the code."""
    clients = [client_of(OTHER, LAN=True, ROOM_CODE=code) for code in ("APPLE", "PEACH")]
    for path in PATHS:
        first, second = (client.get(path).headers["ETag"] for client in clients)
        assert first == second, path
    marks = [client.app.state.events._read_moment(None).state for client in clients]
    assert marks[0] == marks[1]
    assert clients[0].get("/qr.svg").content == clients[1].get("/qr.svg").content


def test_room_that_needs_no_code_has_none(client_of):
    assert codes_shown(client_of()) == {None}
