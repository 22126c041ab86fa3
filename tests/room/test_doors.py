"""The code lets phones in, the token the presenter, and neither can be guessed or read off a cookie."""

import re

import pytest

from tests.room.keeper import DictKeeper
from tests.room.test_slowdown import Clock
from webapp.errors import NotPresenter, SettingError, TooManyTries, WrongCode
from webapp.room import doors as doors_module
from webapp.room.doors import FREE_TRIES, Doors
from webapp.room.words import WORDS
from webapp.settings import complete


@pytest.fixture
def keeper():
    return DictKeeper()


def make_doors(keeper=None, clock=None, **config) -> Doors:
    keeper = DictKeeper() if keeper is None else keeper
    return Doors(complete(config), keeper, *([clock] if clock else []))


def token_of(doors: Doors) -> str:
    return doors.presenter_path().partition("=")[2]


@pytest.mark.parametrize("given", ["APPLE", "apple", " Apple\n"])
def test_doors_code_is_taken_in_any_case(given):
    make_doors(LAN=True, ROOM_CODE="APPLE").check_code(given, "a")


@pytest.mark.parametrize("given", ["", "APPLES", "APPL", None, 7, ["APPLE"], "ÄPPLE", "\ud800", "x" * 10_000])
def test_doors_wrong_code_is_refused(given):
    with pytest.raises(WrongCode, match="expected the room's code"):
        make_doors(LAN=True, ROOM_CODE="APPLE").check_code(given, "a")


def test_doors_code_is_not_needed_on_the_laptop_alone():
    make_doors(ROOM_CODE="APPLE").check_code(None, "a")


def test_doors_code_is_a_word_that_stays(keeper):
    code = make_doors(keeper, LAN=True).code
    assert code in WORDS
    assert make_doors(keeper, LAN=True).code == code


def test_doors_code_can_be_set(keeper):
    own = make_doors(keeper).code
    assert make_doors(keeper, ROOM_CODE="QQQ").code == "QQQ"
    assert make_doors(keeper).code == own


def test_doors_wrong_codes_are_slowed_for_who_guesses():
    clock = Clock()
    doors = make_doors(LAN=True, ROOM_CODE="APPLE", clock=clock)
    for _ in range(FREE_TRIES):
        with pytest.raises(WrongCode):
            doors.check_code("pear", "a")
    with pytest.raises(TooManyTries) as caught:
        doors.check_code("apple", "a")
    doors.check_code("apple", "b")
    clock.now += caught.value.retry_after
    doors.check_code("apple", "a")


def test_doors_of_a_public_server_bear_a_whole_venue_behind_one_address():
    doors = make_doors(LAN=True, ROOM_CODE="APPLE", TRUSTED_PROXIES=1, clock=Clock())
    for _ in range(10 * FREE_TRIES):
        with pytest.raises(WrongCode):
            doors.check_code("pear", "venue")
    doors.check_code("apple", "venue")


def test_doors_token_is_random_and_stays(keeper):
    token = token_of(make_doors(keeper))
    assert re.fullmatch(r"[\w-]{22}", token)  # 128 bits in base64
    assert token_of(make_doors(keeper)) == token
    assert token_of(make_doors()) != token


def test_doors_token_gives_a_cookie_that_survives_a_restart(keeper):
    before = make_doors(keeper)
    cookie = before.cookie_for(token_of(before), "a")
    assert make_doors(keeper).is_presenter(cookie)
    assert token_of(before) not in cookie


def test_doors_new_link_ends_the_earlier_one(keeper):
    doors = make_doors(keeper)
    token = token_of(doors)
    cookie = doors.cookie_for(token, "a")
    doors.make_new_link()
    assert token_of(doors) != token
    assert not doors.is_presenter(cookie)
    with pytest.raises(NotPresenter):
        doors.cookie_for(token, "a")


@pytest.mark.parametrize("cookie", [None, "", "x", "\ud800", "0" * 64, "é"])
def test_doors_other_cookies_are_not_the_presenters(cookie):
    assert not make_doors().is_presenter(cookie)


def test_doors_token_itself_is_no_cookie():
    doors = make_doors()
    assert not doors.is_presenter(token_of(doors))


def test_doors_wrong_tokens_are_slowed_but_the_right_one_passes():
    doors = make_doors(clock=Clock())
    for _ in range(FREE_TRIES):
        with pytest.raises(NotPresenter):
            doors.cookie_for("wrong", "a")
    with pytest.raises(TooManyTries):
        doors.cookie_for("wrong", "a")
    assert doors.is_presenter(doors.cookie_for(token_of(doors), "a"))


@pytest.mark.parametrize(
    ("config", "found", "expected"),
    [
        ({}, ["192.168.1.7"], ["http://127.0.0.1:8000"]),
        ({"HOST": "::1"}, [], ["http://[::1]:8000"]),
        ({"LAN": True}, ["192.168.1.7", "10.0.0.5"], ["http://192.168.1.7:8000", "http://10.0.0.5:8000"]),
        ({"LAN": True}, [], ["http://127.0.0.1:8000"]),
        ({"HOST": "10.0.0.5"}, ["192.168.1.7"], ["http://10.0.0.5:8000"]),
        ({"LAN": True, "HOST": "127.0.0.1"}, ["192.168.1.7"], ["http://192.168.1.7:8000"]),
        ({"LAN": True, "PUBLIC_ADDRESS": "https://a.example"}, ["192.168.1.7"], ["https://a.example"]),
        ({"LAN": True, "PUBLIC_ADDRESS": "10.0.0.9", "PORT": 80}, [], ["http://10.0.0.9:80"]),
    ],
)
def test_doors_address_is_what_phones_can_open(monkeypatch, config, found, expected):
    monkeypatch.setattr(doors_module, "find_addresses", lambda: found)
    doors = make_doors(**config)
    assert doors.addresses() == expected
    assert doors.has_network == (expected[0] != "http://127.0.0.1:8000" or not config)


def test_doors_address_follows_the_network(monkeypatch):
    clock, found = Clock(), [["192.168.1.7"], ["10.42.0.1"]]
    monkeypatch.setattr(doors_module, "find_addresses", lambda: found.pop(0))
    doors = make_doors(LAN=True, clock=clock)
    assert doors.addresses() == doors.addresses() == ["http://192.168.1.7:8000"]
    clock.now += 6
    assert doors.addresses() == ["http://10.42.0.1:8000"]


def test_doors_join_address_holds_the_code_where_it_is_needed():
    config = {"PUBLIC_ADDRESS": "http://10.0.0.5:80", "ROOM_CODE": "APPLE"}
    assert make_doors(**config, LAN=True).join_address() == "http://10.0.0.5:80/join?code=APPLE"
    assert make_doors(**config).join_address() == "http://10.0.0.5:80/join"


def test_doors_wrong_public_address_is_told_at_the_start():
    with pytest.raises(SettingError, match="for --public-address"):
        make_doors(PUBLIC_ADDRESS="no address")
