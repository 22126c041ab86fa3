"""What the terminal shows at the start: short, and all that a presenter needs."""

import io

import pytest

from tests.host.qr_reader import read_terminal
from tests.room.dict_key_values import DictKeyValues
from webapp.errors import InkwiseError
from webapp.host.startup_banner import welcome
from webapp.room import auth as auth_module
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
    monkeypatch.setattr(auth_module, "find_addresses", lambda: addresses)
    return addresses


def words(terminal=None, key_values=None, **config) -> tuple[str, RoomAuth]:
    auth = RoomAuth(complete(config), DictKeyValues() if key_values is None else key_values)
    return welcome(auth, terminal or Terminal()), auth


def test_welcome_on_the_laptop_alone_is_the_address_and_the_link():
    text, auth = words()
    assert text.splitlines() == [
        "Inkwise is at http://127.0.0.1:8000 (Ctrl-C stops it)",
        "",
        f"  Presenter  {LOCAL}{auth.presenter_path()}",
        "",
        "With --lan phones can join.",
    ]


def test_welcome_with_phones_shows_where_they_join(found):
    text, auth = words(LAN=True, ROOM_CODE="APPLE")
    assert text.startswith("Inkwise is at http://192.168.1.7:8000 (Ctrl-C stops it)\n")
    assert read_terminal(text) == "http://192.168.1.7:8000/join?code=APPLE"
    assert "  Phones     http://192.168.1.7:8000/join   code APPLE\n" in text
    assert f"  Wall       {LOCAL}/wall\n" in text
    assert f"  Presenter  {LOCAL}{auth.presenter_path()}\n" in text
    assert "networks" not in text


def test_welcome_fits_a_small_terminal(found):
    lines = words(Terminal(is_file=True), LAN=True)[0].splitlines()
    assert len(lines) <= 26
    assert max(map(len, lines)) <= 80


def test_welcome_names_other_networks(found):
    found.append("10.42.0.1")
    assert "Other networks of this computer: http://10.42.0.1:8000\n" in words(LAN=True)[0]


def test_welcome_without_a_network_says_what_to_do(found):
    found.clear()
    assert "No network was found. Join one, or open a hotspot" in words(LAN=True)[0]


def test_welcome_leaves_the_code_out_where_it_cannot_be_shown(found):
    text, _ = words(Terminal("cp1252"), LAN=True)
    assert text.encode("cp1252")
    assert "  Phones " in text


def test_welcome_into_a_file_has_no_colours(found):
    text, auth = words(Terminal(is_file=True), LAN=True)
    assert "\x1b" not in text
    assert read_terminal(text) == auth.join_address()


def test_welcome_without_a_room_still_gives_the_address():
    class Broken:
        def keep(self, name, value):
            raise InkwiseError("the room's database cannot be opened: disk I/O error")

    text, _ = words(key_values=Broken())
    assert text.splitlines()[0] == f"Inkwise is at {LOCAL} (Ctrl-C stops it)"
    assert text.endswith("There is no room now: the room's database cannot be opened: disk I/O error")
