"""Whatever is sent, the server answers with what fits or ends the connection, never with an error of its own.

CI always sends the same requests; the soak run sends others each time.
"""

import contextlib
import random
import re
import socket

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode

from tests.faults.client import BYTES, time_one
from tests.faults.conftest import IS_SOAK
from tests.faults.junk import odd_requests, spoil
from tests.server_process import PATIENCE

STATUS = re.compile(rb"HTTP/1\.[01] (\d{3})")
# Requests in CI and in the soak run, by kind.
DESCRIBED, ODD, SPOILT = (350, 10_000), (700, 15_000), (1_000, 25_000)
SLOW = "/burst"  # measures the machine for seconds, and has nothing to choose
# a client that waits for the end of an answer waits for ever; see test_events.py
ENDLESS = "/api/room/events"
MODELS_TO_NAME = ("conv", "linear", "all")

schemathesis.serializer.alias("application/x-ndjson", "text/plain")  # it does not know JSON Lines


def fuzzed(count: int, **options) -> settings:
    """Return hypothesis's settings for `count` requests: no file, no clock."""
    return settings(
        max_examples=count,
        derandomize=not IS_SOAK,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        phases=[Phase.generate, Phase.shrink],
        **options,
    )


def is_fine(status: int) -> bool:
    """Return whether a status is no error of the server's own; 503 says that it is busy."""
    return status < 500 or status == 503


@pytest.fixture(scope="module")
def schema(server):
    """What the server says of itself."""
    return schemathesis.openapi.from_url(f"{server.address}/openapi.json")


@pytest.fixture(scope="module")
def session(server) -> requests.Session:
    """Somebody who has joined the room and presents it, so that no request is refused for that."""
    with requests.Session() as session:
        session.headers["Origin"] = server.address
        assert session.post(f"{server.address}/api/room/participants", json={}, timeout=PATIENCE).ok
        link = server.address + server.order("presenter")
        assert session.get(link, timeout=PATIENCE, allow_redirects=False).status_code == 303
        yield session


@pytest.fixture
def operations(schema) -> list:
    """Every operation with something to choose, and whether requests are to fit its description or not."""
    modes = (GenerationMode.POSITIVE, GenerationMode.NEGATIVE)
    all_of_them = [found.ok() for found in schema.get_all_operations()]
    chosen = [
        each
        for each in all_of_them
        if each.path != ENDLESS and (each.query or each.path_parameters or each.body)
    ]
    return [(each, mode) for each in chosen for mode in modes]


@pytest.fixture(autouse=True)
def still_answers(server, bitmaps):
    """Whatever a test has sent, the server answers afterwards."""
    yield
    time_one(server, bitmaps[0])


def test_requests_from_the_description_are_answered(operations, session, extent, figure):
    chance, statuses = random.Random(7), []
    each = extent(*DESCRIBED) // len(operations)
    for operation, mode in operations:
        statuses += ask_operation(operation, mode, each, session, chance)
    figure("fuzz: from our own OpenAPI", f"{len(statuses):,} requests, 0 errors of the server")
    assert len(statuses) >= extent(*DESCRIBED) // 3  # some operations have few ways to be asked


def ask_operation(operation, mode, count: int, session, chance: random.Random) -> list[int]:
    """Send up to `count` requests of one kind to one operation, and return the statuses."""
    statuses = []

    @fuzzed(count)
    @given(case=operation.as_strategy(generation_mode=mode))
    def ask(case) -> None:
        if "model" in case.query and chance.random() < 0.7:  # a text at random is no model's name
            case.query["model"] = chance.choice(MODELS_TO_NAME)
        response = case.call(session=session, allow_redirects=False, timeout=PATIENCE)
        statuses.append(response.status_code)
        assert is_fine(response.status_code), case.as_curl_command()

    with contextlib.suppress(Unsatisfiable):  # nothing about it can be asked wrongly
        ask()
    return statuses


def talk(server, sent: bytes) -> list[int]:
    """Send bytes, say that no more will come, and return the statuses of all that comes back."""
    with socket.create_connection((server.host, server.port), PATIENCE) as connection:
        answer = b""
        with contextlib.suppress(ConnectionError):  # it may refuse to read on
            connection.sendall(sent)
            connection.shutdown(socket.SHUT_WR)
            while received := connection.recv(65536):
                answer += received
    return [int(status) for status in STATUS.findall(answer)]


@pytest.fixture
def paths(schema) -> list[str]:
    """Every path of the description, with something in its braces."""
    found = [path for path in schema.raw_schema["paths"] if not path.endswith(SLOW)]
    return [re.sub(r"\{\w+\}", "conv", path) for path in found]


def test_odd_requests_are_answered(server, paths, session, extent, figure):
    cookies = "; ".join(f"{name}={value}" for name, value in session.cookies.items())
    statuses = []

    @fuzzed(extent(*ODD))
    @given(odd_requests(paths, cookies))
    def ask(request: bytes) -> None:
        found = talk(server, request)
        statuses.extend(found)
        assert all(map(is_fine, found))

    ask()
    figure("fuzz: odd but well-formed", f"{len(statuses):,} answers, 0 errors of the server")
    assert len(set(statuses)) >= 4  # they got beyond the door


def test_spoilt_bytes_are_answered_or_refused(server, bitmaps, extent, figure):
    chance = random.Random(None if IS_SOAK else 11)
    heads = ("POST /api/predict", "GET /", "GET /api/models?model=x", "PUT /api/predict")
    statuses = []
    for number in range(extent(*SPOILT)):
        head = f"{heads[number % len(heads)]} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: {BYTES}\r\n"
        request = head.encode() + b"Content-Length: 784\r\n\r\n" + bitmaps[number % len(bitmaps)]
        sent = spoil(request, chance)
        found = talk(server, sent)
        statuses += found
        assert all(map(is_fine, found)), sent
    figure(
        "fuzz: spoilt bytes",
        f"{extent(*SPOILT):,} sent, {len(statuses):,} answers, 0 errors of the server",
    )
    assert {200, 400} <= set(statuses)
