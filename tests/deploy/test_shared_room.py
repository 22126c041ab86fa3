"""Two servers behind one nginx serve one room, which is in PostgreSQL."""

import http.client
import json
import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

import pytest

from tests.deploy.conftest import make_folder
from tests.deploy.deployment import PATIENCE, Instance, Nginx, request, wait_until
from tests.room.rooms import INK, new_id

JSON = {"Content_Type": "application/json"}
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
    status, answer, headers = request(port, "POST", "/api/room/participants", b'{"code": "APPLE"}', **JSON)
    assert status == 201, answer
    return headers["Set-Cookie"].partition(";")[0]


def send(port: int, cookie: str, drawing_id: str) -> int:
    """Send a drawing through a port, and return the status of the answer."""
    body = json.dumps({"strokes": INK, "label": 4}).encode()
    return request(port, "PUT", f"/api/room/drawings/{drawing_id}", body, Cookie=cookie, **JSON)[0]


def shown(port: int) -> list[str]:
    """Return the ids on the wall as it is asked for through a port."""
    status, wall, _ = request(port, "GET", "/api/room/wall?limit=200")
    assert status == 200, wall
    return [drawing["id"] for drawing in wall["drawings"]]


def test_drawing_sent_through_one_server_is_on_the_wall_of_the_other_once(ports):
    _, (here, there) = ports
    cookie, drawing_id = join(here), new_id()
    assert send(here, cookie, drawing_id) == 201
    assert shown(there).count(drawing_id) == 1
    assert send(there, cookie, drawing_id) == 200  # sent again, through the other: it is known there
    assert [shown(port).count(drawing_id) for port in (here, there)] == [1, 1]


def test_drawing_sent_through_one_server_is_told_by_the_streams_of_the_other(ports):
    proxy, (here, there) = ports
    cookie = join(here)
    for port in (there, proxy):
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
        connection.request("GET", "/api/room/events")
        response = connection.getresponse()
        first = read_event(response)
        assert send(here, cookie, new_id()) == 201
        while read_event(response)["revision"] == first["revision"]:  # somebody came or went
            pass
        response.close()
        connection.close()


def read_event(response: http.client.HTTPResponse) -> dict:
    """Return the data of the next event that is no ping."""
    while line := response.readline():
        if line.startswith(b"data: "):
            return json.loads(line[6:])
    raise AssertionError("the stream has ended")


def test_drawings_sent_through_nginx_are_all_on_every_wall_once(ports):
    nginx, behind = ports
    cookie, ids = join(nginx), [new_id() for _ in range(DRAWINGS)]
    with ThreadPoolExecutor(4) as pool:  # each one twice, so both servers have some at the same time
        answers = list(pool.map(lambda drawing_id: send_patiently(nginx, cookie, drawing_id), ids * 2))
    assert sorted(answers) == [200] * DRAWINGS + [201] * DRAWINGS
    for port in (nginx, *behind):
        assert sorted(drawing_id for drawing_id in shown(port) if drawing_id in ids) == sorted(ids)


def test_what_is_told_as_unchanged_by_one_server_is_so_by_the_other(ports):
    _, (here, there) = ports
    tag = request(here, "GET", "/api/room/scoreboard")[2]["ETag"]
    assert request(there, "GET", "/api/room/scoreboard", If_None_Match=tag)[0] == 304
    assert send(here, join(there), new_id()) == 201
    assert request(there, "GET", "/api/room/scoreboard", If_None_Match=tag)[0] == 200


def send_patiently(port: int, cookie: str, drawing_id: str) -> int:
    """Send a drawing as a phone does, again while the room is busy."""
    for _ in range(int(PATIENCE)):
        status = send(port, cookie, drawing_id)
        if status != 503:
            return status
    raise AssertionError("expected the drawing to be stored")
