"""Authentication by presenter link and room code; the QR code of the join page."""

import re
from http.cookies import SimpleCookie

import pytest

from tests.host.qr_reader import read_svg
from webapp import create_app
from webapp.room.auth import FREE_TRIES


@pytest.fixture
def link(app) -> str:
    return app.extensions["auth"].presenter_path()


def make_client(store, folder, **config):
    return create_app({"TESTING": True, "ROOM_FOLDER": folder, **config}, store=store).test_client()


def test_presenter_link_sets_a_cookie_and_redirects(client, link):
    response = client.get(link)
    assert (response.status_code, response.headers["Location"]) == (303, "/presenter")
    assert response.headers["Cache-Control"] == "no-store"
    assert client.get("/presenter").status_code == 200


def test_presenter_cookie_is_httponly_and_samesite(client, link):
    cookie = SimpleCookie(client.get(link).headers["Set-Cookie"])["inkwise_presenter"]
    assert cookie["httponly"]
    assert (cookie["samesite"], cookie["path"]) == ("Strict", "/")
    assert link.partition("=")[2] not in cookie.value


def test_presenter_cookie_authorizes_presenter_calls(client, link):
    new_round = {"kind": "ask", "digit": 4}
    assert client.post("/api/room/rounds", json=new_round).status_code == 403
    client.get(link)
    assert client.post("/api/room/rounds", json=new_round).status_code == 201


def test_presenter_page_without_cookie_explains_the_link(client):
    response = client.get("/presenter")
    assert response.status_code == 403
    assert "the link that the terminal shows" in response.text


@pytest.mark.parametrize("token", ["", "wrong", "é", "%00", "%F0%28%8C%28", "x" * 10_000])
def test_presenter_wrong_token_is_rejected(client, token):
    response = client.get(f"/presenter?token={token}", headers={"Accept": "text/html"})
    assert response.status_code == 403
    assert "Set-Cookie" not in response.headers
    assert "This is not the presenter&#39;s link of this room." in response.text


def test_presenter_wrong_tokens_are_throttled(client, link):
    for _ in range(FREE_TRIES):
        assert client.get("/presenter?token=wrong").status_code == 403
    refused = client.get("/presenter?token=wrong")
    assert refused.status_code == 429
    assert 1 <= int(refused.headers["Retry-After"]) <= 4
    assert client.get(link).status_code == 303


def test_presenter_cookie_survives_a_restart(store, tmp_path):
    first = make_client(store, tmp_path)
    first.get(first.application.extensions["auth"].presenter_path())
    again = make_client(store, tmp_path)
    again.set_cookie("inkwise_presenter", first.get_cookie("inkwise_presenter").value)
    assert again.get("/presenter").status_code == 200


def test_presenter_cookie_of_another_room_is_rejected(store, tmp_path):
    first = make_client(store, tmp_path / "one")
    first.get(first.application.extensions["auth"].presenter_path())
    other = make_client(store, tmp_path / "two")
    other.set_cookie("inkwise_presenter", first.get_cookie("inkwise_presenter").value)
    assert other.get("/presenter").status_code == 403


def test_room_file_is_readable_by_its_owner_only(client, link, app):
    path = app.config["ROOM_FOLDER"] / "room.sqlite"
    assert {oct(file.stat().st_mode & 0o077) for file in path.parent.glob("room.sqlite*")} == {"0o0"}


def test_joining_requires_the_code_on_a_network(store, tmp_path):
    client = make_client(store, tmp_path, LAN=True, ROOM_CODE="APPLE")
    assert client.post("/api/room/participants", json={}).json["error"]["code"] == "wrong_code"
    assert client.post("/api/room/participants", json={"code": "pear"}).status_code == 403
    assert client.post("/api/room/participants", json={"code": " apple "}).status_code == 201
    assert (
        client.post("/api/room/participants", json={}).status_code == 200
    )  # the cookie identifies the participant


def test_joining_guesses_are_throttled(store, tmp_path):
    client = make_client(store, tmp_path, LAN=True, ROOM_CODE="APPLE")
    statuses = [
        client.post("/api/room/participants", json={"code": str(guess)}).status_code
        for guess in range(FREE_TRIES + 1)
    ]
    assert statuses == [403] * FREE_TRIES + [429]


def test_qr_encodes_address_and_code(store, tmp_path):
    config = {"LAN": True, "ROOM_CODE": "APPLE", "PUBLIC_ADDRESS": "http://192.168.1.7:8000"}
    response = make_client(store, tmp_path, **config).get("/qr.svg")
    assert response.mimetype == "image/svg+xml"
    assert read_svg(response.data) == "http://192.168.1.7:8000/join?code=APPLE"


def test_qr_without_network_has_no_code(client):
    assert re.fullmatch(r"http://127\.0\.0\.1:\d+/join", read_svg(client.get("/qr.svg").data))


def test_qr_supports_etags(client):
    first = client.get("/qr.svg")
    again = client.get("/qr.svg", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")


def test_state_changes_with_the_address(client, monkeypatch):
    first = client.get("/api/room/state")
    known = {"If-None-Match": first.headers["ETag"]}
    assert client.get("/api/room/state", headers=known).status_code == 304
    url = client.application.extensions["public_url"]
    monkeypatch.setattr(url, "for_phones", lambda: ["http://10.42.0.1:8000"])
    again = client.get("/api/room/state", headers=known)
    assert again.json["address"] == "http://10.42.0.1:8000/join"
