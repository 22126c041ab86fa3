"""The startup banner in the terminal."""

import io

import pytest

from tests.host.qr_reader import read_terminal
from tests.room.dict_key_values import DictKeyValues
from webapp.errors import InkwiseError
from webapp.host import public_url
from webapp.host.public_url import PublicUrl
from webapp.host.startup_banner import banner
from webapp.room.auth import RoomAuth
from webapp.settings import complete

LOCAL = "http://127.0.0.1:8000"


class Terminal(io.TextIOWrapper):
    """A terminal that shows the characters of one encoding, or a file."""

    def __init__(self, encoding: str = "utf-8", is_file: bool = False):
        super().__init__(io.BytesIO(), encoding)
        self.is_file = is_file

    def isatty(self) -> bool:
        return not self.is_file


@pytest.fixture
def found(monkeypatch):
    addresses = ["192.168.1.7"]
    monkeypatch.setattr(public_url, "find_addresses", lambda: addresses)
    return addresses


def words(terminal=None, key_values=None, **config) -> tuple[str, PublicUrl, RoomAuth]:
    settings = complete(config)
    url, auth = PublicUrl(settings), RoomAuth(settings, DictKeyValues() if key_values is None else key_values)
    return banner(url, auth, terminal or Terminal()), url, auth


def test_banner_on_loopback_shows_address_and_link():
    text, _, auth = words()
    assert text.splitlines() == [
        "Inkwise is at http://127.0.0.1:8000 (Ctrl-C stops it)",
        "",
        f"  Presenter  {LOCAL}{auth.presenter_path()}",
        "",
        "With --lan phones can join.",
    ]


def test_banner_on_a_network_shows_the_join_address(found):
    text, _, auth = words(LAN=True, ROOM_CODE="APPLE")
    assert text.startswith("Inkwise is at http://192.168.1.7:8000 (Ctrl-C stops it)\n")
    assert read_terminal(text) == "http://192.168.1.7:8000/join?code=APPLE"
    assert "  Phones     http://192.168.1.7:8000/join   code APPLE\n" in text
    assert f"  Wall       {LOCAL}/wall\n" in text
    assert f"  Wall link  http://192.168.1.7:8000{auth.wall_path()}\n" in text
    assert f"  Presenter  {LOCAL}{auth.presenter_path()}\n" in text
    assert "networks" not in text


def test_banner_fits_a_small_terminal(found):
    lines = words(Terminal(is_file=True), LAN=True)[0].splitlines()
    assert len(lines) <= 26
    assert max(map(len, lines)) <= 80


def test_banner_lists_other_networks(found):
    found.append("10.42.0.1")
    assert "Other networks of this computer: http://10.42.0.1:8000\n" in words(LAN=True)[0]


def test_banner_without_network_gives_advice(found):
    found.clear()
    assert "No network was found. Join one, or open a hotspot" in words(LAN=True)[0]


def test_banner_omits_qr_code_if_not_encodable(found):
    text, *_ = words(Terminal("cp1252"), LAN=True)
    assert text.encode("cp1252")
    assert "  Phones " in text


def test_banner_in_a_file_has_no_colors(found):
    text, url, auth = words(Terminal(is_file=True), LAN=True)
    assert "\x1b" not in text
    assert read_terminal(text) == url.to_join(auth.code)


def test_banner_without_room_shows_the_address():
    class Broken:
        def get_or_set(self, name, value):
            raise InkwiseError("the room's database cannot be opened: disk I/O error")

    text, *_ = words(key_values=Broken())
    assert text.splitlines()[0] == f"Inkwise is at {LOCAL} (Ctrl-C stops it)"
    assert text.endswith("There is no room now: the room's database cannot be opened: disk I/O error")
