"""Rate limits stop one greedy client, but not a room behind one address."""

import re

import pytest

from tests.fake_clock import FakeClock
from webapp.errors import RateLimited
from webapp.server.middleware.rate_limit import ANY, COST_UNIT, LIMITS, Buckets, Rate, RateLimit

RATES = {limited.name: limited for limited in LIMITS}
PATHS = {
    "predict": "/api/predict",
    "inspect": "/api/inspect",
    "explain": "/api/explain",
    "learn": "/api/learn",
    "join": "/api/room/participants",
    "send": "/api/room/drawings/00000000-0000-4000-8000-000000000000",
    "change": "/api/room/me",
    "delete": "/api/room/me/drawings/00000000-0000-4000-8000-000000000000",
    "vote": "/api/room/drawings/00000000-0000-4000-8000-000000000000/vote",
    "guess": "/api/room/guess",
    "predict_ink": "/api/predict",
    "change_room": "/api/room",
    "import": "/api/room/import",
    "load_test": "/api/room/preflight/load-test",
    "lab": "/api/lab/check",
}
PRESENTERS = {  # requests at once, and in the following ten seconds
    "import": (100, 40),
    "load_test": (5, 2),
    "lab": (100, 100),
    "change_room": (100, 100),
}
EVERYONES = [name for name in PATHS if name not in ("predict_ink", *PRESENTERS)]
# Requests that count as another kind.
ALSO = [("inspect", "/api/superposition"), ("delete", "/api/room/me/drawings")]

LARGEST = 200_000  # bytes of a body


def make_rate_limit(scale: float = 1, spares_loopback: bool = True) -> RateLimit:
    return RateLimit(None, scale, spares_loopback, LARGEST)


def send_request(
    limits: RateLimit,
    clock: FakeClock,
    name: str,
    address: str = "10.0.0.7",
    person: str | None = None,
    size: int | None = 784,
    cookie: str = "inkwise_participant",
) -> None:
    """Check one request of the kind `name`.

    Args:
        size: bytes of the body; None for a body of undeclared length.
    """
    headers = [(b"cookie", f"theme=dark; {cookie}={person}".encode())] if person else []
    headers.append((b"transfer-encoding", b"chunked") if size is None else (b"content-length", b"%d" % size))
    if size == 784:
        headers.append((b"content-type", b"application/octet-stream"))
    method = "PATCH" if RATES[name].method == ANY else RATES[name].method
    limits.check(
        {"method": method, "path": PATHS[name], "client": (address, 1), "headers": headers}, clock.now
    )


def count_accepted(limits: RateLimit, clock: FakeClock, name: str, most: int, **client) -> int:
    """Return how many requests at the same moment are accepted, `most` at most."""
    for count in range(most):
        try:
            send_request(limits, clock, name, **client)
        except RateLimited:
            return count
    return most


@pytest.mark.parametrize("name", EVERYONES)
def test_rate_limit_accepts_a_burst_then_the_rate(clock, name):
    limits, rate = make_rate_limit(), RATES[name].person
    assert count_accepted(limits, clock, name, 10_000, person="secret") == rate.burst
    clock.now += 10
    assert count_accepted(limits, clock, name, 10_000, person="secret") == min(
        rate.burst, 10 * rate.per_second
    )


@pytest.mark.parametrize(("name", "path"), ALSO)
def test_rate_limit_counts_similar_requests(clock, name, path):
    limits, client = make_rate_limit(), {"client": ("10.0.0.7", 1)}
    client["headers"] = [(b"cookie", b"inkwise_participant=secret")]
    for _ in range(int(RATES[name].person.burst)):
        limits.check({"method": RATES[name].method, "path": path} | client, clock.now)
    with pytest.raises(RateLimited):
        limits.check({"method": RATES[name].method, "path": path} | client, clock.now)


def test_every_route_that_changes_something_has_a_limit(app):
    unlimited = {
        (method, rule.rule)
        for rule in app.url_map.iter_rules()
        for method in rule.methods - {"GET", "HEAD", "OPTIONS"}
        if not any(
            limited.method in (ANY, method) and limited.path.fullmatch(re.sub("<.*?>", "0", rule.rule))
            for limited in LIMITS
        )
    }
    assert unlimited == set()


def test_rate_limit_reports_when_to_retry(clock):
    limits = make_rate_limit()
    count_accepted(limits, clock, "join", 10_000, person="secret")
    with pytest.raises(RateLimited, match="try again in 1 s") as caught:
        send_request(limits, clock, "join", person="secret")
    clock.now += caught.value.retry_after
    send_request(limits, clock, "join", person="secret")


@pytest.mark.parametrize("name", EVERYONES)
def test_rate_limit_accepts_a_room_of_300_behind_one_address(clock, name):
    limits = make_rate_limit()
    for person in range(300):
        send_request(limits, clock, name, person=f"secret{person}")


def test_rate_limit_accepts_300_phones_drawing_continuously(clock):
    limits = make_rate_limit()
    for _ in range(100):  # each phone sends four requests a second while it draws
        clock.now += 0.25
        for person in range(300):
            send_request(limits, clock, "predict", person=f"secret{person}")


def test_rate_limit_bounds_made_up_participants_to_what_as_many_people_draw(clock):
    limits, accepted = make_rate_limit(), 0
    for _ in range(100):  # 24 participants of one address try for ten seconds
        clock.now += 0.1
        accepted += sum(
            count_accepted(limits, clock, "send", 5, person=f"made-up-{who}") for who in range(24)
        )
    assert accepted <= 24 * (8 + 0.5 * 10)


def test_rate_limit_bounds_an_address_with_any_number_of_participants(clock):
    limits, accepted = make_rate_limit(), 0
    for number in range(100):
        clock.now += 0.1
        people = (f"made-up-{number}-{who}" for who in range(50))
        accepted += sum(count_accepted(limits, clock, "send", 1, person=person) for person in people)
    assert accepted <= 300 + 30 * 10


def test_rate_limit_accepts_300_phones_that_send_a_drawing_in_ten_seconds(clock):
    limits = make_rate_limit()
    for number in range(1200):  # one after the other
        clock.now += 10 / 300
        send_request(limits, clock, "send", person=f"secret{number % 300}")


def test_rate_limit_is_separate_for_each_participant(clock):
    limits = make_rate_limit()
    count_accepted(limits, clock, "send", 10_000, person="greedy")
    send_request(limits, clock, "send", person="modest")


def test_rate_limit_stops_an_address_with_fake_cookies(clock):
    limits, burst = make_rate_limit(), int(RATES["inspect"].address.burst)
    for number in range(burst):
        send_request(limits, clock, "inspect", person=f"made up {number}")
    with pytest.raises(RateLimited):
        send_request(limits, clock, "inspect", person="made up again")


def test_rate_limit_is_separate_for_each_address(clock):
    limits = make_rate_limit()
    count_accepted(limits, clock, "inspect", 10_000)
    send_request(limits, clock, "inspect", address="10.0.0.8")


def test_rate_limit_exempts_loopback(clock):
    assert count_accepted(make_rate_limit(), clock, "inspect", 5000, address="127.0.0.1") == 5000


def test_rate_limit_applies_to_loopback_behind_a_proxy(clock):
    assert (
        count_accepted(make_rate_limit(spares_loopback=False), clock, "inspect", 5000, address="127.0.0.1")
        < 5000
    )


def test_rate_limit_counts_a_body_by_its_size(clock):
    burst = RATES["predict_ink"].address.burst
    sizes = (0, 3_000, 10 * COST_UNIT, LARGEST, 10 * LARGEST, None)
    accepted = [count_accepted(make_rate_limit(), clock, "predict_ink", 10_000, size=size) for size in sizes]
    largest = 1 + LARGEST // COST_UNIT
    assert accepted == [burst, burst, burst // 11, *[burst // largest] * 3]


@pytest.mark.parametrize("length", ["9" * 5000, "-1", "ten", "²"])
def test_rate_limit_counts_an_odd_length_as_the_largest(clock, length):
    limits, scope = make_rate_limit(), {"method": "POST", "path": "/api/predict", "client": ("10.0.0.7", 1)}
    most = RATES["predict_ink"].address.burst // (1 + LARGEST // COST_UNIT)
    for _ in range(int(most)):
        limits.check(scope | {"headers": [(b"content-length", length.encode("latin-1"))]}, clock.now)
    with pytest.raises(RateLimited):
        limits.check(scope | {"headers": [(b"content-length", length.encode("latin-1"))]}, clock.now)


def test_rate_limit_always_accepts_a_large_body_after_a_pause(clock):
    limits = make_rate_limit(scale=0.01)  # a bucket holds fewer tokens than the body costs
    for _ in range(3):
        clock.now += 3600
        send_request(limits, clock, "predict_ink", size=None)


def test_rate_limit_of_ink_does_not_use_up_that_of_bitmaps(clock):
    limits = make_rate_limit()
    assert count_accepted(limits, clock, "predict_ink", 10_000, size=3_000) < 10_000
    send_request(limits, clock, "predict")


def test_rate_limit_covers_every_route_that_changes_something(app):
    for rule in app.url_map.iter_rules():
        for method in rule.methods - {"GET", "HEAD", "OPTIONS"}:
            scope = {"method": method, "path": rule.rule, "headers": []}
            assert any(limited.fits(scope) for limited in LIMITS), f"{method} {rule.rule}"


def test_rate_limit_of_the_presenter_is_not_used_up_by_others(clock):
    limits, presenter = make_rate_limit(), {"person": "hmac", "cookie": "inkwise_presenter"}
    assert count_accepted(limits, clock, "change_room", 1000) < 1000
    assert (
        count_accepted(limits, clock, "change_room", 1000, person="wrong", cookie="inkwise_presenter") < 1000
    )
    send_request(limits, clock, "change_room", **presenter)


@pytest.mark.parametrize(("name", "at_once", "later"), [(name, *each) for name, each in PRESENTERS.items()])
def test_rate_limit_of_the_presenters_requests(clock, name, at_once, later):
    limits, presenter = make_rate_limit(), {"person": "hmac", "cookie": "inkwise_presenter"}
    assert count_accepted(limits, clock, name, 1000, **presenter) == at_once
    clock.now += 10
    assert count_accepted(limits, clock, name, 1000, **presenter) == later
    others = [other for other in PRESENTERS if other != name]
    assert [count_accepted(limits, clock, other, 1, **presenter) for other in others] == [1] * len(others)


def test_rate_limit_counts_the_parts_of_an_import_alike(clock):
    limits, presenter = make_rate_limit(), {"person": "hmac", "cookie": "inkwise_presenter"}
    assert count_accepted(limits, clock, "import", 1000, size=LARGEST, **presenter) == PRESENTERS["import"][0]


def test_rate_limit_can_be_scaled(clock):
    assert count_accepted(make_rate_limit(2), clock, "inspect", 10_000) == 2 * RATES["inspect"].address.burst


def test_buckets_evict_least_recently_used():
    buckets = Buckets(Rate(1, 1), most=3)
    for key in ("a", "b", "c", "a", "d"):
        buckets.take(key, now=0)
    assert len(buckets) == 3
    assert buckets.take("a", now=0) > 0  # still in the table
    assert buckets.take("b", now=0) == 0  # evicted, so its bucket is full


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
    limits = make_rate_limit()
    assert count_accepted(limits, clock, "send", 1000, person="secret") < 1000
    with app.test_request_context(headers={"Cookie": cookie}):
        from flask import request

        assert request.cookies["inkwise_participant"] == "secret"
    scope = {"method": "PUT", "path": PATHS["send"], "client": ("10.0.0.9", 1)}
    with pytest.raises(RateLimited):
        limits.check(scope | {"headers": [(b"cookie", cookie.encode())]}, clock.now)


def test_rate_limit_ignores_a_cookie_that_is_too_long(clock):
    limits, long = make_rate_limit(), "x" * 201
    count_accepted(limits, clock, "send", 10_000, address="10.0.0.9", person=long)
    assert count_accepted(limits, clock, "send", 100, address="10.0.0.10", person=long) == 100


def test_rate_limit_does_not_limit_reading(client_of):
    client = client_of("10.0.0.7", RATE_LIMIT_SCALE=0.001, LAN=True)
    assert {client.get("/api/room/state").status_code for _ in range(50)} == {200}


def test_rate_limit_answers_429_with_retry_after(client_of):
    client = client_of("10.0.0.7", RATE_LIMIT_SCALE=0.001, LAN=True)
    answer = [client.post("/api/explain") for _ in range(3)][-1]
    assert (answer.status_code, answer.json()["error"]["code"]) == (429, "rate_limited")
    assert int(answer.headers["Retry-After"]) >= 1


def test_rate_limit_can_be_disabled(client_of):
    client = client_of("10.0.0.7", RATE_LIMIT_SCALE=0.0, LAN=True)
    assert 429 not in {client.post("/api/explain").status_code for _ in range(500)}


def test_rate_limit_answers_429_to_loopback_behind_a_proxy(client_of):
    client = client_of("127.0.0.1", RATE_LIMIT_SCALE=0.001, TRUSTED_PROXIES=1)
    assert [client.post("/api/explain") for _ in range(3)][-1].status_code == 429
