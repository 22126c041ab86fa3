"""Drawings acknowledged before a kill of the server are stored exactly once."""

import contextlib
import http.client
import json
import random
import threading
import uuid

import sqlalchemy
from sqlalchemy import func, select, text

from tests.server_process import ServerProcess
from tests.waiting import TIMEOUT
from webapp.room.storage import schema
from webapp.server.http import PARTICIPANT, cookie_name

PHONES = 4
INK = [[[10, 10], [40, 80]], [[40, 10], [10, 80]]]
MOST_BETWEEN = 12  # acknowledged drawings between two kills


class Phone(threading.Thread):
    """Sends drawings in a loop, each until it is acknowledged, to the present server."""

    def __init__(self, place: dict, secret: str, is_over: threading.Event, acknowledged: threading.Semaphore):
        super().__init__(daemon=True)
        self.sent: list[str] = []
        self.stored: list[str] = []
        self.surprises: list[tuple] = []
        self._place, self._secret = place, secret
        self._is_over, self._acknowledged = is_over, acknowledged

    def run(self) -> None:
        while not self._is_over.is_set():
            self.sent.append(str(uuid.uuid4()))
            while not self._send(self.sent[-1]):
                self._is_over.wait(0.01)  # a pause while there is no server

    def _send(self, drawing_id: str) -> bool:
        """Return whether the drawing was acknowledged."""
        with contextlib.suppress(OSError, http.client.HTTPException):
            status, body = put(self._place["port"], drawing_id, self._secret)
            if status in (200, 201):
                self.stored.append(json.loads(body)["id"])
                self._acknowledged.release()
                return True
            if status != 503:  # the database of a killed process may be busy for a moment
                self.surprises.append((status, body))
        return False


def put(port: int, drawing_id: str, secret: str) -> tuple[int, bytes]:
    """Send a drawing, and return the status and the body of the answer."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=TIMEOUT)
    try:
        name = cookie_name(PARTICIPANT, f"127.0.0.1:{port}", "")  # each server has another port
        headers = {"Content-Type": "application/json", "Cookie": f"{name}={secret}"}
        body = json.dumps({"strokes": INK, "label": 4})
        connection.request("PUT", f"/api/room/drawings/{drawing_id}", body, headers)
        response = connection.getresponse()
        return response.status, response.read()
    finally:
        connection.close()


def join(server: ServerProcess) -> str:
    """Join the room, and return the value of the cookie."""
    connection = http.client.HTTPConnection(server.host, server.port, timeout=TIMEOUT)
    try:
        connection.request("POST", "/api/room/participants")
        return connection.getresponse().headers["Set-Cookie"].partition(";")[0].partition("=")[2]
    finally:
        connection.close()


def check_whole(url: str, stored: list[str]) -> None:
    """Check that the database holds exactly the drawings `stored`, and that its counts agree."""
    engine = sqlalchemy.create_engine(url)
    try:
        with engine.connect() as connection:
            if engine.dialect.name == "sqlite":
                assert connection.execute(text("PRAGMA integrity_check")).scalars().all() == ["ok"]
                assert connection.execute(text("PRAGMA foreign_key_check")).all() == []
            drawings = connection.execute(select(schema.drawings.c.id, schema.drawings.c.number)).all()
            room = connection.execute(select(schema.room)).one()
            answers = connection.execute(select(func.count()).select_from(schema.answers)).scalar_one()
            counted = connection.execute(select(func.sum(schema.confusion_counts.c.count))).scalar_one()
    finally:
        engine.dispose()
    assert sorted(row.id for row in drawings) == sorted(stored)
    assert sorted(row.number for row in drawings) == list(range(1, len(stored) + 1))
    assert (room.drawings, room.last_number) == (len(stored), len(stored))
    assert answers == counted == 2 * len(stored)  # two models


def test_acknowledged_drawings_survive_kills_once(model_folder, database_url, extent, figure):
    kills, chance = extent(5, 100), random.Random(7)
    place, is_over, acknowledged = {}, threading.Event(), threading.Semaphore(0)
    phones: list[Phone] = []
    try:
        for number in range(kills + 1):
            with ServerProcess(model_folder, database_url, module="tests.faults.room_server") as server:
                place["port"] = server.port
                if not phones:
                    phones = [Phone(place, join(server), is_over, acknowledged) for _ in range(PHONES)]
                    for phone in phones:
                        phone.start()
                for _ in range(chance.randint(1, MOST_BETWEEN)):
                    assert acknowledged.acquire(timeout=TIMEOUT)
                if number == kills:  # the last server is not killed
                    is_over.set()
                    for phone in phones:
                        phone.join(TIMEOUT)
    finally:
        is_over.set()
    stored = [drawing_id for phone in phones for drawing_id in phone.stored]
    assert [phone.surprises for phone in phones] == [[]] * PHONES
    assert stored == [drawing_id for phone in phones for drawing_id in phone.sent]
    check_whole(database_url, stored)
    figure(f"drawings acknowledged between {kills} kills of the server", f"{len(stored)}, each stored once")
