"""One device with made-up participants cannot flood the wall; a room behind one address can draw."""

import http.client
import json
import sys
import threading
import time
import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.faults.client import ControlledServer
from tests.waiting import TIMEOUT
from webapp.server.middleware.rate_limit import LIMITS

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="needs more than one loopback address")

DEVICE = ("127.0.1.9", 0)  # rates spare 127.0.0.1, which is the presenter's
INK = json.dumps({"strokes": [[[10, 10], [40, 80]], [[40, 10], [10, 80]]]})
SEND = next(limited for limited in LIMITS if limited.name == "send")
VANDALS = 24


class Phone:
    """A participant on a connection of its own, from the device's address."""

    def __init__(self, server):
        self._connection = http.client.HTTPConnection(
            server.host, server.port, timeout=TIMEOUT, source_address=DEVICE
        )
        self._headers = {"Content-Type": "application/json"}
        _, headers = self._request("POST", "/api/room/participants", "{}")
        self._headers["Cookie"] = headers["Set-Cookie"].partition(";")[0]

    def close(self) -> None:
        self._connection.close()

    def send(self) -> int:
        """Send a drawing and return the status."""
        return self._request("PUT", f"/api/room/drawings/{uuid.uuid4()}", INK)[0]

    def send_as_pages_do(self) -> list[int]:
        """Send a drawing until it is stored, as the outbox does, and return the statuses."""
        path, statuses = f"/api/room/drawings/{uuid.uuid4()}", []
        while not statuses or statuses[-1] not in (200, 201):
            if statuses:
                threading.Event().wait(0.2)
            statuses.append(self._request("PUT", path, INK)[0])
        return statuses

    def _request(self, method: str, path: str, body: str):
        self._connection.request(method, path, body, self._headers)
        response = self._connection.getresponse()
        response.read()
        return response.status, response.headers


def test_made_up_participants_draw_no_faster_than_as_many_people(model_folder, extent, figure):
    with ControlledServer(model_folder, kind="fake") as server, ThreadPoolExecutor(VANDALS) as pool:
        server.wait_until_ready()
        phones = list(pool.map(lambda _: Phone(server), range(VANDALS)))
        begun, seconds = time.monotonic(), extent(2, 10)

        def attack(phone: Phone) -> list[int]:
            statuses = []
            while time.monotonic() < begun + seconds:
                statuses.append(phone.send())
            return statuses

        statuses = [status for found in pool.map(attack, phones) for status in found]
        took = time.monotonic() - begun
        list(map(Phone.close, phones))
    stored = statuses.count(201)
    assert set(statuses) <= {201, 429, 503}
    assert stored <= VANDALS * (SEND.person.burst + SEND.person.per_second * took)
    figure(f"drawings of {VANDALS} made-up participants of one address in {took:.0f} s", str(stored))


def test_300_phones_of_one_address_send_at_the_end_of_a_round(model_folder, extent, figure):
    people = extent(60, 300)
    with ControlledServer(model_folder, kind="fake") as server, ThreadPoolExecutor(50) as pool:
        server.wait_until_ready()
        phones = list(pool.map(lambda _: Phone(server), range(people)))
        begun = time.monotonic()
        statuses = list(pool.map(Phone.send_as_pages_do, phones))
        figure(f"{people} phones of one address send one drawing", f"{time.monotonic() - begun:.1f} s")
        list(map(Phone.close, phones))
    assert [found[-1] for found in statuses] == [201] * people
    assert not any(429 in found for found in statuses)
