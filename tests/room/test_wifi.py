"""The room's Wi-Fi: its QR code, its limits, and who names it."""

import pytest

from tests.host.qr_reader import read_svg
from tests.room.dict_key_values import DictKeyValues
from webapp.errors import BadRequest
from webapp.host.qr import to_svg
from webapp.room.wifi import RoomWifi, Wifi
from webapp.settings import complete

VENUE = {"WIFI": "Venue", "WIFI_PASSWORD": "open sesame"}


@pytest.mark.parametrize(
    ("name", "password", "text"),
    [
        ("Venue Guest", "open sesame", "WIFI:T:WPA;S:Venue Guest;P:open sesame;;"),
        ("Venue Guest", "", "WIFI:T:nopass;S:Venue Guest;;"),
        ('a;b,c:d"e\\f', '"\\;,:"\\;,', r"WIFI:T:WPA;S:a\;b\,c\:d\"e\\f;P:\"\\\;\,\:\"\\\;\,;;"),
        ("Bob's 'net'", " 8 bytes ", "WIFI:T:WPA;S:Bob's 'net';P: 8 bytes ;;"),
        ("Café 🎉 会場", "ünïcödé!", "WIFI:T:WPA;S:Café 🎉 会場;P:ünïcödé!;;"),
        ("12345678", "12345678", "WIFI:T:WPA;S:12345678;P:12345678;;"),
        ('"' * 32, "\\" * 63, "WIFI:T:WPA;S:" + r"\"" * 32 + ";P:" + r"\\" * 63 + ";;"),
    ],
)
def test_qr_code_holds_name_and_password(name: str, password: str, text: str):
    wifi = Wifi.parse(name, password)
    assert wifi.to_qr_text() == text
    assert read_svg(to_svg(text)) == text


@pytest.mark.parametrize(
    "name", ["", "W" * 33, "é" * 17, "🎉" * 9, "two\nlines", "\0", "\ud800", None, 7, ["W"]]
)
def test_invalid_name_is_rejected(name):
    with pytest.raises(BadRequest, match="^expected a Wi-Fi name of 1 to 32 bytes, received ") as error:
        Wifi.parse(name, "open sesame")
    assert error.value.explanation.startswith("A Wi-Fi name has 1 to 32 bytes.")


@pytest.mark.parametrize("password", ["seven77", "W" * 64, "tab\tstop", "\ud800" * 8, None, 12345678])
def test_invalid_password_is_rejected_but_not_repeated(password):
    with pytest.raises(
        BadRequest, match="^expected a Wi-Fi password of 8 to 63 characters, or none"
    ) as error:
        Wifi.parse("Venue", password)
    assert str(password) not in error.value.message
    assert error.value.explanation.startswith("A Wi-Fi password has 8 to 63 characters.")


@pytest.mark.parametrize("name", ["W" * 32, "é" * 16, "🎉" * 8, " "])
def test_name_of_up_to_32_bytes_is_accepted(name: str):
    assert Wifi.parse(name, "") == Wifi(name, "")


def test_presenter_replaces_and_removes_the_wifi_of_the_settings():
    wifi = RoomWifi(complete(VENUE), DictKeyValues())
    assert wifi.read() == Wifi("Venue", "open sesame")
    wifi.save(Wifi("Hotspot", ""))
    assert wifi.read() == Wifi("Hotspot", "")
    wifi.save(Wifi.parse("", ""))
    assert wifi.read() is None


def test_saved_wifi_survives_a_restart_until_the_settings_change():
    room = DictKeyValues()
    RoomWifi(complete(VENUE), room).save(Wifi("Hotspot", ""))
    assert RoomWifi(complete(VENUE), room).read() == Wifi("Hotspot", "")
    assert RoomWifi(complete({"WIFI": "Other"}), room).read() == Wifi("Other", "")


def test_room_without_a_named_wifi_has_none():
    assert RoomWifi(complete({}), DictKeyValues()).read() is None
