"""Rates stop one who asks without end, and never a room behind one address."""

import pytest
from webapp.gate import rates
from webapp.gate.rates import TABLE, Buckets, Rate, Rates

from webapp import create_app
from webapp.errors import TooOften

RATES = {limited.name: limited for limited in TABLE}
PATHS = {
    "predict": "/api/predict",
    "look": "/api/inspect",
    "explain": "/api/explain",
    "join": "/api/room/participants",
    "send": "/api/room/drawings/00000000-0000-4000-8000-000000000000",
}


@pytest.fixture
def clock(monkeypatch):
    """Seconds that pass only when a test adds to them."""

    class Clock:
        now = 1000.0

        def monotonic(self):
            return self.now

    clock = Clock()
    monkeypatch.setattr(rates, "time", clock)
    return clock


def ask(limits: Rates, name: str, address: str = "10.0.0.7", person: str | None = None) -> None:
    """Pass one request of the kind `name`."""
    environ = {"REQUEST_METHOD": RATES[name].method, "PATH_INFO": PATHS[name], "REMOTE_ADDR": address}
    if person:
        environ["HTTP_COOKIE"] = f"theme=dark; inkwise_participant={person}"
    limits.check(environ)


def count_let_in(limits: Rates, name: str, most: int, **who) -> int:
    """Return how many requests at the same moment are let in, `most` at most."""
    for count in range(most):
        try:
            ask(limits, name, **who)
        except TooOften:
            return count
    return most


@pytest.mark.parametrize("name", PATHS)
def test_rates_let_a_burst_in_and_then_the_rate(clock, name):
    limits, rate = Rates(1, True), RATES[name].person
    assert count_let_in(limits, name, 10_000, person="secret") == rate.burst
    clock.now += 10
    assert count_let_in(limits, name, 10_000, person="secret") == min(rate.burst, 10 * rate.per_second)


def test_rates_tell_when_to_come_back(clock):
    limits = Rates(1, True)
    count_let_in(limits, "join", 10_000, person="secret")
    with pytest.raises(TooOften, match="try again in 1 s") as caught:
        ask(limits, "join", person="secret")
    clock.now += caught.value.retry_after
    ask(limits, "join", person="secret")


@pytest.mark.parametrize("name", PATHS)
def test_rates_let_a_room_of_300_behind_one_address_in(clock, name):
    limits = Rates(1, True)
    for person in range(300):
        ask(limits, name, person=f"secret{person}")


def test_rates_let_300_phones_that_draw_in_for_as_long_as_they_like(clock):
    limits = Rates(1, True)
    for _ in range(100):  # each phone asks four times a second while it draws
        clock.now += 0.25
        for person in range(300):
            ask(limits, "predict", person=f"secret{person}")


def test_rates_of_one_participant_are_no_other_ones(clock):
    limits = Rates(1, True)
    count_let_in(limits, "send", 10_000, person="greedy")
    ask(limits, "send", person="modest")


def test_rates_stop_an_address_that_makes_up_cookies(clock):
    limits, burst = Rates(1, True), int(RATES["look"].address.burst)
    for number in range(burst):
        ask(limits, "look", person=f"made up {number}")
    with pytest.raises(TooOften):
        ask(limits, "look", person="made up again")


def test_rates_of_another_address_are_its_own(clock):
    limits = Rates(1, True)
    count_let_in(limits, "look", 10_000)
    ask(limits, "look", address="10.0.0.8")


def test_rates_do_not_limit_this_computer(clock):
    assert count_let_in(Rates(1, True), "look", 5000, address="127.0.0.1") == 5000


def test_rates_limit_what_comes_from_this_computer_behind_a_proxy(clock):
    assert count_let_in(Rates(1, False), "look", 5000, address="127.0.0.1") < 5000


def test_rates_can_be_scaled(clock):
    assert count_let_in(Rates(2, True), "look", 10_000) == 2 * RATES["look"].address.burst


def test_rates_do_not_limit_reading(clock):
    limits = Rates(0.001, True)
    for _ in range(100):
        limits.check({"REQUEST_METHOD": "GET", "PATH_INFO": "/api/room/wall", "REMOTE_ADDR": "10.0.0.7"})


def test_buckets_forget_those_that_were_not_used_for_longest():
    buckets = Buckets(Rate(1, 1), most=3)
    for key in ("a", "b", "c", "a", "d"):
        buckets.take(key, now=0)
    assert len(buckets) == 3
    assert buckets.take("a", now=0) > 0  # still known
    assert buckets.take("b", now=0) == 0  # forgotten, and so full again


def test_rates_answer_with_429_and_when_to_come_back(store, tmp_path):
    app = create_app({"RATES": 0.001, "ROOM_FOLDER": tmp_path / "room"}, store)
    client, elsewhere = app.test_client(), {"REMOTE_ADDR": "10.0.0.7"}
    answers = [client.post("/api/explain", environ_base=elsewhere) for _ in range(3)]
    assert answers[-1].status_code == 429
    assert answers[-1].json["error"]["code"] == "too_often"
    assert int(answers[-1].headers["Retry-After"]) >= 1


def test_rates_can_be_switched_off(store, tmp_path):
    app = create_app({"RATES": 0.0, "ROOM_FOLDER": tmp_path / "room"}, store)
    client, elsewhere = app.test_client(), {"REMOTE_ADDR": "10.0.0.7"}
    answers = {client.post("/api/explain", environ_base=elsewhere).status_code for _ in range(500)}
    assert 429 not in answers
