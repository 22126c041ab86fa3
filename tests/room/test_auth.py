"""Room code, presenter token and cookie, and the addresses to join."""

import re

import pytest

from tests.fake_clock import FakeClock
from tests.room.dict_key_values import DictKeyValues
from webapp.errors import NotPresenter, TooManyTries, WrongCode
from webapp.room.auth import FREE_TRIES, RoomAuth
from webapp.room.names import WORDS
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
def test_code_check_ignores_case(given):
    make_auth(LAN=True, ROOM_CODE="APPLE").check_code(given, "a")


@pytest.mark.parametrize("given", ["", "APPLES", "APPL", None, 7, ["APPLE"], "ÄPPLE", "\ud800", "x" * 10_000])
def test_wrong_code_is_rejected(given):
    with pytest.raises(WrongCode, match="expected the room's code"):
        make_auth(LAN=True, ROOM_CODE="APPLE").check_code(given, "a")


def test_code_is_not_needed_on_loopback():
    make_auth(ROOM_CODE="APPLE").check_code(None, "a")


def test_code_is_a_persistent_word(key_values):
    code = make_auth(key_values, LAN=True).code
    assert code in WORDS
    assert make_auth(key_values, LAN=True).code == code


def test_code_can_be_set(key_values):
    own = make_auth(key_values, LAN=True).code
    assert make_auth(key_values, LAN=True, ROOM_CODE="QQQ").code == "QQQ"
    assert make_auth(key_values, LAN=True).code == own


def test_wrong_codes_are_throttled_per_client():
    clock = FakeClock()
    auth = make_auth(LAN=True, ROOM_CODE="APPLE", clock=clock)
    for _ in range(FREE_TRIES):
        with pytest.raises(WrongCode):
            auth.check_code("pear", "a")
    with pytest.raises(TooManyTries) as caught:
        auth.check_code("apple", "a")
    auth.check_code("apple", "b")
    clock.now += caught.value.retry_after
    auth.check_code("apple", "a")


def test_wrong_codes_are_not_throttled_behind_a_proxy():
    auth = make_auth(LAN=True, ROOM_CODE="APPLE", TRUSTED_PROXIES=1, clock=FakeClock())
    for _ in range(10 * FREE_TRIES):
        with pytest.raises(WrongCode):
            auth.check_code("pear", "venue")
    auth.check_code("apple", "venue")


def test_token_is_random_and_persistent(key_values):
    token = token_of(make_auth(key_values))
    assert re.fullmatch(r"[\w-]{22}", token)  # 128 bits in base64
    assert token_of(make_auth(key_values)) == token
    assert token_of(make_auth()) != token


def test_token_cookie_survives_a_restart(key_values):
    before = make_auth(key_values)
    cookie = before.cookie_for(token_of(before), "a")
    assert make_auth(key_values).is_presenter(cookie)
    assert token_of(before) not in cookie


def test_new_link_invalidates_token_and_cookie(key_values):
    auth = make_auth(key_values)
    token = token_of(auth)
    cookie = auth.cookie_for(token, "a")
    auth.make_new_link()
    assert token_of(auth) != token
    assert not auth.is_presenter(cookie)
    with pytest.raises(NotPresenter):
        auth.cookie_for(token, "a")


@pytest.mark.parametrize("cookie", [None, "", "x", "\ud800", "0" * 64, "é"])
def test_other_cookies_are_rejected(cookie):
    assert not make_auth().is_presenter(cookie)


def test_token_is_not_a_valid_cookie():
    auth = make_auth()
    assert not auth.is_presenter(token_of(auth))


def test_wrong_tokens_are_throttled_but_the_right_one_passes():
    auth = make_auth(clock=FakeClock())
    for _ in range(FREE_TRIES):
        with pytest.raises(NotPresenter):
            auth.cookie_for("wrong", "a")
    with pytest.raises(TooManyTries):
        auth.cookie_for("wrong", "a")
    assert auth.is_presenter(auth.cookie_for(token_of(auth), "a"))


def test_auth_has_no_code_on_this_computer_alone():
    assert make_auth(ROOM_CODE="APPLE").code is None
