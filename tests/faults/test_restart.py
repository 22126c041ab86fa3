"""The server is killed while many ask, and comes back: nobody gets a wrong answer, and all get one again."""

import http.client
import json
import signal
import threading

import pytest

from tests.fakes import foreseen, some_bitmap, write_model
from tests.faults.client import BYTES, TellingServer, lasting_port
from tests.server_process import PATIENCE

CLIENTS = 8


class AskingPhone(threading.Thread):
    """Asks without pause, on a new connection whenever its own was lost, and counts what it got."""

    def __init__(self, server: TellingServer, number: int, enough: threading.Event):
        super().__init__()
        self._address, self._enough = (server.host, server.port), enough
        self._bitmap = some_bitmap(number)
        self.right, self.wrong, self.lost = 0, [], 0

    def run(self) -> None:
        connection = http.client.HTTPConnection(*self._address, timeout=PATIENCE)
        while not self._enough.is_set():
            try:
                self._ask(connection)
            except (OSError, http.client.HTTPException):
                connection.close()
                self.lost += 1
                self._enough.wait(0.01)
        connection.close()

    def _ask(self, connection: http.client.HTTPConnection) -> None:
        connection.request("POST", "/api/predict", self._bitmap.tobytes(), {"Content-Type": BYTES})
        response = connection.getresponse()
        body = response.read()
        if response.status == 200 and json.loads(body)["digit"] == foreseen(self._bitmap):
            self.right += 1
        elif response.status != 503:  # it may say that it is waking up
            self.wrong.append((response.status, body))


@pytest.fixture
def folder(tmp_path):
    write_model(tmp_path, "conv")
    return tmp_path


@pytest.fixture
def phones():
    """A function that makes phones ask; they stop with the test."""
    enough, started = threading.Event(), []

    def start(server: TellingServer) -> list[AskingPhone]:
        started.extend(AskingPhone(server, number, enough) for number in range(CLIENTS))
        for phone in started:
            phone.start()
        return started

    yield start
    enough.set()
    for phone in started:
        phone.join(PATIENCE)


def wait_until_all_ask(server: TellingServer, phones: list[AskingPhone]) -> None:
    """Wait until each phone got three more right answers."""
    before = [phone.right for phone in phones]
    server.wait_until(lambda: all(phone.right >= old + 3 for phone, old in zip(phones, before, strict=True)))


def test_server_killed_under_load_comes_back_for_everybody(folder, phones, extent):
    server = TellingServer(folder, lasting_port(), "fake")
    asking = phones(server)
    for _ in range(extent(2, 20)):
        wait_until_all_ask(server, asking)
        server.stop(signal.SIGKILL)
        server = TellingServer(folder, server.port, "fake")
    wait_until_all_ask(server, asking)
    assert all(phone.lost for phone in asking)  # it was away for each of them
    assert [phone.wrong for phone in asking] == [[]] * CLIENTS
    assert server.stop() == 0
