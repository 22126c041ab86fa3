"""The code lets phones in, the token the presenter, and neither can be guessed or read off a cookie."""

import re

import pytest

from tests.room.dict_key_values import DictKeyValues
from tests.room.test_login_throttle import Clock
from webapp.errors import NotPresenter, SettingError, TooManyTries, WrongCode
from webapp.room import auth as auth_module
from webapp.room.auth import FREE_TRIES, RoomAuth
from webapp.room.word_list import WORDS
from webapp.settings import complete


@pytest.fixture
def key_values():
    return DictKeyValues()


def make_auth(key_values=None, clock=None, **config) -> RoomAuth:
    key_values = DictKeyValues() if key_values is None else key_values
    return RoomAuth(complete(config), key_values, *([clock] if clock else []))


def token_of(auth: RoomAuth) -> str:
    return auth.presenter_path().partition("=")[2]


@pytest.mark.parametrize("given", ["APPLE", "apple", " Apple\n"])
def test_doors_code_is_taken_in_any_case(given):
    make_auth(LAN=True, ROOM_CODE="APPLE").check_code(given, "a")


@pytest.mark.parametrize("given", ["", "APPLES", "APPL", None, 7, ["APPLE"], "ÄPPLE", "\ud800", "x" * 10_000])
def test_doors_wrong_code_is_refused(given):
    with pytest.raises(WrongCode, match="expected the room's code"):
        make_auth(LAN=True, ROOM_CODE="APPLE").check_code(given, "a")


def test_doors_code_is_not_needed_on_the_laptop_alone():
    make_auth(ROOM_CODE="APPLE").check_code(None, "a")


def test_doors_code_is_a_word_that_stays(key_values):
    code = make_auth(key_values, LAN=True).code
    assert code in WORDS
    assert make_auth(key_values, LAN=True).code == code


def test_doors_code_can_be_set(key_values):
    own = make_auth(key_values).code
    assert make_auth(key_values, ROOM_CODE="QQQ").code == "QQQ"
    assert make_auth(key_values).code == own


def test_doors_wrong_codes_are_slowed_for_who_guesses():
    clock = Clock()
    auth = make_auth(LAN=True, ROOM_CODE="APPLE", clock=clock)
    for _ in range(FREE_TRIES):
        with pytest.raises(WrongCode):
            auth.check_code("pear", "a")
    with pytest.raises(TooManyTries) as caught:
        auth.check_code("apple", "a")
    auth.check_code("apple", "b")
    clock.now += caught.value.retry_after
    auth.check_code("apple", "a")


def test_doors_of_a_public_server_bear_a_whole_venue_behind_one_address():
    auth = make_auth(LAN=True, ROOM_CODE="APPLE", TRUSTED_PROXIES=1, clock=Clock())
    for _ in range(10 * FREE_TRIES):
        with pytest.raises(WrongCode):
            auth.check_code("pear", "venue")
    auth.check_code("apple", "venue")


def test_doors_token_is_random_and_stays(key_values):
    token = token_of(make_auth(key_values))
    assert re.fullmatch(r"[\w-]{22}", token)  # 128 bits in base64
    assert token_of(make_auth(key_values)) == token
    assert token_of(make_auth()) != token


def test_doors_token_gives_a_cookie_that_survives_a_restart(key_values):
    before = make_auth(key_values)
    cookie = before.cookie_for(token_of(before), "a")
    assert make_auth(key_values).is_presenter(cookie)
    assert token_of(before) not in cookie


def test_doors_new_link_ends_the_earlier_one(key_values):
    auth = make_auth(key_values)
    token = token_of(auth)
    cookie = auth.cookie_for(token, "a")
    auth.make_new_link()
    assert token_of(auth) != token
    assert not auth.is_presenter(cookie)
    with pytest.raises(NotPresenter):
        auth.cookie_for(token, "a")


@pytest.mark.parametrize("cookie", [None, "", "x", "\ud800", "0" * 64, "é"])
def test_doors_other_cookies_are_not_the_presenters(cookie):
    assert not make_auth().is_presenter(cookie)


def test_doors_token_itself_is_no_cookie():
    auth = make_auth()
    assert not auth.is_presenter(token_of(auth))


def test_doors_wrong_tokens_are_slowed_but_the_right_one_passes():
    auth = make_auth(clock=Clock())
    for _ in range(FREE_TRIES):
        with pytest.raises(NotPresenter):
            auth.cookie_for("wrong", "a")
    with pytest.raises(TooManyTries):
        auth.cookie_for("wrong", "a")
    assert auth.is_presenter(auth.cookie_for(token_of(auth), "a"))


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
    monkeypatch.setattr(auth_module, "find_addresses", lambda: found)
    auth = make_auth(**config)
    assert auth.addresses() == expected
    assert auth.has_network == (expected[0] != "http://127.0.0.1:8000" or not config)


def test_doors_address_follows_the_network(monkeypatch):
    clock, found = Clock(), [["192.168.1.7"], ["10.42.0.1"]]
    monkeypatch.setattr(auth_module, "find_addresses", lambda: found.pop(0))
    auth = make_auth(LAN=True, clock=clock)
    assert auth.addresses() == auth.addresses() == ["http://192.168.1.7:8000"]
    clock.now += 6
    assert auth.addresses() == ["http://10.42.0.1:8000"]


def test_doors_join_address_holds_the_code_where_it_is_needed():
    config = {"PUBLIC_ADDRESS": "http://10.0.0.5:80", "ROOM_CODE": "APPLE"}
    assert make_auth(**config, LAN=True).join_address() == "http://10.0.0.5:80/join?code=APPLE"
    assert make_auth(**config).join_address() == "http://10.0.0.5:80/join"


def test_doors_wrong_public_address_is_told_at_the_start():
    with pytest.raises(SettingError, match="for --public-address"):
        make_auth(PUBLIC_ADDRESS="no address")
