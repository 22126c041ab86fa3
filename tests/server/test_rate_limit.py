"""Rate limits stop one client that asks without pause, and never a room behind one address."""

import pytest

from webapp.errors import RateLimited
from webapp.server.rate_limit import TABLE, Buckets, Rate, RateLimit

RATES = {limited.name: limited for limited in TABLE}
PATHS = {
    "predict": "/api/predict",
    "look": "/api/inspect",
    "explain": "/api/explain",
    "join": "/api/room/participants",
    "send": "/api/room/drawings/00000000-0000-4000-8000-000000000000",
}


class Clock:
    """Seconds that pass only when a test adds to them."""

    now = 1000.0


@pytest.fixture
def clock() -> Clock:
    return Clock()


def limits_of(scale: float = 1, spares_loopback: bool = True) -> RateLimit:
    return RateLimit(None, scale, spares_loopback)


def ask(
    limits: RateLimit, clock: Clock, name: str, address: str = "10.0.0.7", person: str | None = None
) -> None:
    """Send one request of the kind `name`."""
    headers = [(b"cookie", f"theme=dark; inkwise_participant={person}".encode())] if person else []
    scope = {"method": RATES[name].method, "path": PATHS[name], "client": (address, 1), "headers": headers}
    limits.check(scope, clock.now)


def count_accepted(limits: RateLimit, clock: Clock, name: str, most: int, **client) -> int:
    """Return how many requests at the same moment are accepted, `most` at most."""
    for count in range(most):
        try:
            ask(limits, clock, name, **client)
        except RateLimited:
            return count
    return most


@pytest.mark.parametrize("name", PATHS)
def test_rate_limit_accepts_a_burst_and_then_the_rate(clock, name):
    limits, rate = limits_of(), RATES[name].person
    assert count_accepted(limits, clock, name, 10_000, person="secret") == rate.burst
    clock.now += 10
    assert count_accepted(limits, clock, name, 10_000, person="secret") == min(
        rate.burst, 10 * rate.per_second
    )


def test_rate_limit_reports_when_to_retry(clock):
    limits = limits_of()
    count_accepted(limits, clock, "join", 10_000, person="secret")
    with pytest.raises(RateLimited, match="try again in 1 s") as caught:
        ask(limits, clock, "join", person="secret")
    clock.now += caught.value.retry_after
    ask(limits, clock, "join", person="secret")


@pytest.mark.parametrize("name", PATHS)
def test_rate_limit_accepts_a_room_of_300_behind_one_address(clock, name):
    limits = limits_of()
    for person in range(300):
        ask(limits, clock, name, person=f"secret{person}")


def test_rate_limit_accepts_300_phones_that_draw_without_end(clock):
    limits = limits_of()
    for _ in range(100):  # each phone asks four times a second while it draws
        clock.now += 0.25
        for person in range(300):
            ask(limits, clock, "predict", person=f"secret{person}")


def test_rate_limit_of_one_participant_are_no_other_ones(clock):
    limits = limits_of()
    count_accepted(limits, clock, "send", 10_000, person="greedy")
    ask(limits, clock, "send", person="modest")


def test_rate_limit_stops_an_address_that_invents_cookies(clock):
    limits, burst = limits_of(), int(RATES["look"].address.burst)
    for number in range(burst):
        ask(limits, clock, "look", person=f"made up {number}")
    with pytest.raises(RateLimited):
        ask(limits, clock, "look", person="made up again")


def test_rate_limit_of_another_address_are_its_own(clock):
    limits = limits_of()
    count_accepted(limits, clock, "look", 10_000)
    ask(limits, clock, "look", address="10.0.0.8")


def test_rate_limit_do_not_limit_this_computer(clock):
    assert count_accepted(limits_of(), clock, "look", 5000, address="127.0.0.1") == 5000


def test_rate_limit_limit_what_comes_from_this_computer_behind_a_proxy(clock):
    assert count_accepted(limits_of(spares_loopback=False), clock, "look", 5000, address="127.0.0.1") < 5000


def test_rate_limit_can_be_scaled(clock):
    assert count_accepted(limits_of(2), clock, "look", 10_000) == 2 * RATES["look"].address.burst


def test_buckets_forget_those_that_were_not_used_for_longest():
    buckets = Buckets(Rate(1, 1), most=3)
    for key in ("a", "b", "c", "a", "d"):
        buckets.take(key, now=0)
    assert len(buckets) == 3
    assert buckets.take("a", now=0) > 0  # still known
    assert buckets.take("b", now=0) == 0  # forgotten, and so full again


@pytest.mark.parametrize(
    "cookie",
    [
        'inkwise_participant="secret"',
        'inkwise_participant ="secret"',
        'theme=dark;inkwise_participant="s\\145cret"',
        "inkwise_participant=secret; inkwise_participant=other",
    ],
)
def test_rate_limit_reads_a_cookie_as_flask_does(clock, app, cookie):
    limits = limits_of()
    assert count_accepted(limits, clock, "send", 1000, person="secret") < 1000
    with app.test_request_context(headers={"Cookie": cookie}):
        from flask import request

        assert request.cookies["inkwise_participant"] == "secret"
    scope = {"method": "PUT", "path": PATHS["send"], "client": ("10.0.0.9", 1)}
    with pytest.raises(RateLimited):
        limits.check(scope | {"headers": [(b"cookie", cookie.encode())]}, clock.now)


def test_rate_limit_does_not_limit_reading(client_of):
    client = client_of("10.0.0.7", RATE_LIMIT_SCALE=0.001, LAN=True)
    assert {client.get("/api/room/state").status_code for _ in range(50)} == {200}


def test_rate_limit_answers_429_with_retry_after(client_of):
    client = client_of("10.0.0.7", RATE_LIMIT_SCALE=0.001, LAN=True)
    answer = [client.post("/api/explain") for _ in range(3)][-1]
    assert (answer.status_code, answer.json()["error"]["code"]) == (429, "rate_limited")
    assert int(answer.headers["Retry-After"]) >= 1


def test_rate_limit_can_be_switched_off(client_of):
    client = client_of("10.0.0.7", RATE_LIMIT_SCALE=0.0, LAN=True)
    assert 429 not in {client.post("/api/explain").status_code for _ in range(500)}


def test_rate_limit_spares_no_loopback_behind_a_proxy(client_of):
    client = client_of("127.0.0.1", RATE_LIMIT_SCALE=0.001, TRUSTED_PROXIES=1)
    assert [client.post("/api/explain") for _ in range(3)][-1].status_code == 429
