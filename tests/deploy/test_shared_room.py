"""Two servers behind one nginx serve one room, which is in PostgreSQL."""

import http.client
import json
import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

import pytest

from tests.deploy.conftest import make_folder
from tests.deploy.deployment import Instance, Nginx, request
from tests.room.rooms import INK, new_id
from tests.waiting import TIMEOUT, wait_until

JSON = {"Content_Type": "application/json"}
# The name of the site, as nginx passes it on: names of cookies have its port.
SITE = {"Host": "inkwise.example"}
DRAWINGS = 12


@pytest.fixture(scope="module")
def ports(postgres, tmp_path_factory) -> Iterator[tuple[int, tuple[int, int]]]:
    """The port of nginx, and those of the two servers behind it."""
    database, folder = postgres.new_database(), tmp_path_factory.mktemp("shared")
    os.chmod(folder, 0o755)
    with ExitStack() as stack:
        servers = []
        for name in ("first", "second"):
            (folder / name).mkdir()
            servers.append(Instance(make_folder(folder / name), INKWISE_DATABASE=database))
            stack.callback(servers[-1].stop)
        behind = tuple(server.wait_until_ready().port for server in servers)
        for port in behind:  # on a busy machine PostgreSQL takes its time to make the tables
            wait_until(lambda port=port: request(port, "GET", "/api/room/state")[0] == 200, "an open room")
        nginx = Nginx.start(folder, *behind)
        stack.callback(nginx.stop)
        yield nginx.port, behind


def join(port: int) -> str:
    """Join through a port, and return the cookie."""
    code = b'{"code": "APPLE"}'
    status, answer, headers = request(port, "POST", "/api/room/participants", code, **JSON, **SITE)
    assert status == 201, answer
    return headers["Set-Cookie"].partition(";")[0]


def send(port: int, cookie: str, drawing_id: str) -> int:
    """Send a drawing through a port, and return the status of the answer."""
    body = json.dumps({"strokes": INK, "label": 4}).encode()
    return request(port, "PUT", f"/api/room/drawings/{drawing_id}", body, Cookie=cookie, **JSON, **SITE)[0]


def shown(port: int) -> list[str]:
    """Return the ids on the wall, requested through a port."""
    status, wall, _ = request(port, "GET", "/api/room/wall?limit=200")
    assert status == 200, wall
    return [drawing["id"] for drawing in wall["drawings"]]


def test_drawing_appears_on_the_other_server_once(ports):
    _, (here, there) = ports
    cookie, drawing_id = join(here), new_id()
    assert send(here, cookie, drawing_id) == 201
    assert shown(there).count(drawing_id) == 1
    assert send(there, cookie, drawing_id) == 200  # sent again, through the other: it is known there
    assert [shown(port).count(drawing_id) for port in (here, there)] == [1, 1]


def test_drawing_event_reaches_streams_of_the_other_server(ports):
    proxy, (here, there) = ports
    cookie = join(here)
    for port in (there, proxy):
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=TIMEOUT)
        connection.request("GET", "/api/room/events")
        response = connection.getresponse()
        first = read_event(response)
        assert send(here, cookie, new_id()) == 201
        while read_event(response)["revision"] == first["revision"]:  # an event of presence only
            pass
        response.close()
        connection.close()


def read_event(response: http.client.HTTPResponse) -> dict:
    """Return the data of the next event of the room."""
    while line := response.readline():
        if line == b"event: room\n":
            return json.loads(response.readline().removeprefix(b"data: "))
    raise AssertionError("the stream has ended")


def test_drawings_sent_through_nginx_are_on_all_walls_once(ports):
    nginx, behind = ports
    ids = [new_id() for _ in range(DRAWINGS)]
    jobs = [(join(nginx), drawing_id) for drawing_id in ids]  # a participant each, for the rate limit
    with ThreadPoolExecutor(4) as pool:  # each one twice, so both servers have some at the same time
        answers = list(pool.map(lambda job: send_with_retry(nginx, *job), jobs * 2))
    assert sorted(answers) == [200] * DRAWINGS + [201] * DRAWINGS
    for port in (nginx, *behind):
        assert sorted(drawing_id for drawing_id in shown(port) if drawing_id in ids) == sorted(ids)


def test_etags_are_shared_by_the_servers(ports):
    _, (here, there) = ports
    tag = request(here, "GET", "/api/room/scoreboard")[2]["ETag"]
    assert request(there, "GET", "/api/room/scoreboard", If_None_Match=tag)[0] == 304
    assert send(here, join(there), new_id()) == 201
    assert request(there, "GET", "/api/room/scoreboard", If_None_Match=tag)[0] == 200


def send_with_retry(port: int, cookie: str, drawing_id: str) -> int:
    """Send a drawing as a phone does, again while the room is busy."""
    statuses = []

    def is_answered() -> bool:
        statuses.append(send(port, cookie, drawing_id))
        return statuses[-1] != 503

    wait_until(is_answered, "the drawing to be stored")
    return statuses[-1]
