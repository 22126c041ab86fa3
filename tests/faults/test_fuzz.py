"""The server never answers malformed requests with an internal error.

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
from tests.faults.malformed_requests import HEADERS, corrupt, odd_requests
from tests.waiting import TIMEOUT

STATUS = re.compile(rb"HTTP/1\.[01] (\d{3})")
# Requests in CI and in the soak run, by kind.
DESCRIBED, ODD, CORRUPTED = (350, 10_000), (700, 15_000), (1_000, 25_000)
SLOW = "/load-test"  # takes seconds, and has no parameters
# responses without an end; see test_events.py
ENDLESS = "/api/room/events"
MODELS_TO_NAME = ("conv", "linear", "all")

schemathesis.serializer.alias("application/x-ndjson", "text/plain")  # JSON Lines


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
    """Return whether a status is not an internal error; 503 is overload."""
    return status < 500 or status == 503


@pytest.fixture(scope="module")
def schema(server):
    """The server's OpenAPI document."""
    return schemathesis.openapi.from_url(f"{server.address}/openapi.json")


@pytest.fixture(scope="module")
def session(server) -> requests.Session:
    """A participant who is also the presenter, so that no request is rejected for that."""
    with requests.Session() as session:
        session.headers["Origin"] = server.address
        assert session.post(f"{server.address}/api/room/participants", json={}, timeout=TIMEOUT).ok
        link = server.address + server.send_command("presenter")
        assert session.get(link, timeout=TIMEOUT, allow_redirects=False).status_code == 303
        yield session


@pytest.fixture
def operations(schema) -> list:
    """Each operation with parameters or a body, for valid and for invalid requests."""
    modes = (GenerationMode.POSITIVE, GenerationMode.NEGATIVE)
    all_of_them = [found.ok() for found in schema.get_all_operations()]
    chosen = [
        each
        for each in all_of_them
        if each.path != ENDLESS and (each.query or each.path_parameters or each.body)
    ]
    return [(each, mode) for each in chosen for mode in modes]


@pytest.fixture(autouse=True)
def check_server_responds(server, bitmaps):
    """After each test, check that the server still responds."""
    yield
    time_one(server, bitmaps[0])


def test_requests_from_openapi_are_handled(operations, session, extent, figure):
    chance, statuses = random.Random(7), []
    each = extent(*DESCRIBED) // len(operations)
    for operation, mode in operations:
        statuses += send_requests_to(operation, mode, each, session, chance)
    figure("fuzz: from the OpenAPI document", f"{len(statuses):,} requests, 0 internal errors")
    assert len(statuses) >= extent(*DESCRIBED) // 3  # some operations have few valid inputs


def send_requests_to(operation, mode, count: int, session, chance: random.Random) -> list[int]:
    """Send up to `count` requests of one kind to one operation, and return the statuses."""
    statuses = []

    @fuzzed(count)
    @given(case=operation.as_strategy(generation_mode=mode))
    def send(case) -> None:
        if "model" in case.query and chance.random() < 0.7:  # a random string is not the name of a model
            case.query["model"] = chance.choice(MODELS_TO_NAME)
        response = case.call(session=session, allow_redirects=False, timeout=TIMEOUT)
        statuses.append(response.status_code)
        assert is_fine(response.status_code), case.as_curl_command()

    with contextlib.suppress(Unsatisfiable):  # the operation has no invalid input
        send()
    return statuses


def exchange(server, sent: bytes) -> list[int]:
    """Send bytes, close the sending side, and return the statuses of all responses."""
    with socket.create_connection((server.host, server.port), TIMEOUT) as connection:
        answer = b""
        with contextlib.suppress(ConnectionError):  # the server may close the connection
            connection.sendall(sent)
            connection.shutdown(socket.SHUT_WR)
            while received := connection.recv(65536):
                answer += received
    return [int(status) for status in STATUS.findall(answer)]


@pytest.fixture
def paths(schema) -> list[str]:
    """All paths of the document, with values for their parameters."""
    found = [path for path in schema.raw_schema["paths"] if not path.endswith(SLOW)]
    return [re.sub(r"\{\w+\}", "conv", path) for path in found]


def test_unusual_requests_are_handled(server, paths, session, extent, figure):
    cookies = "; ".join(f"{name}={value}" for name, value in session.cookies.items())
    statuses = []

    @fuzzed(extent(*ODD))
    @given(odd_requests(paths, cookies))
    def send(request: bytes) -> None:
        found = exchange(server, request)
        statuses.extend(found)
        assert all(map(is_fine, found))

    send()
    figure("fuzz: odd but well-formed", f"{len(statuses):,} answers, 0 errors of the server")
    assert len(set(statuses)) >= 4  # requests pass the first checks


def test_headers_in_any_bytes_are_answered(server, paths):
    pages = ("/", "/join", "/wall", "/scoreboard", "/presenter", "/lab", "/teach", "/static/css/base.css")
    some_paths = ("/join", "/api/room/state", "/api/room/wall", "/api/models", "/static/css/base.css")
    names = (*HEADERS, "Content-Type", "Forwarded", "User-Agent", "X-Forwarded-Prefix")
    tried = [(path, "Cookie") for path in (*paths, *pages)]
    tried += [(path, name) for path in (*paths, *pages) if IS_SOAK or path in some_paths for name in names]
    for path, name in tried:
        head = f"GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n{name}: ".encode()
        for value in (b"\xff", b'a=\xfe; \xc3\xa9="\xc3'):
            assert all(map(is_fine, exchange(server, head + value + b"\r\n\r\n"))), (path, name)


def test_corrupted_requests_are_handled(server, bitmaps, extent, figure):
    chance = random.Random(None if IS_SOAK else 11)
    heads = ("POST /api/predict", "GET /", "GET /api/models?model=x", "PUT /api/predict")
    statuses = []
    for number in range(extent(*CORRUPTED)):
        head = f"{heads[number % len(heads)]} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: {BYTES}\r\n"
        request = head.encode() + b"Content-Length: 784\r\n\r\n" + bitmaps[number % len(bitmaps)]
        sent = corrupt(request, chance)
        found = exchange(server, sent)
        statuses += found
        assert all(map(is_fine, found)), sent
    figure(
        "fuzz: corrupted bytes",
        f"{extent(*CORRUPTED):,} sent, {len(statuses):,} answers, 0 errors of the server",
    )
    assert {200, 400} <= set(statuses)
