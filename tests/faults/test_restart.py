"""Clients survive kills and restarts of the server without a wrong prediction."""

import http.client
import json
import signal
import threading

import pytest

from tests.fakes import expected_digit, some_bitmap, write_model
from tests.faults.client import BYTES, ControlledServer, find_stable_port
from tests.waiting import TIMEOUT, wait_until

CLIENTS = 8


class PredictingClient(threading.Thread):
    """Sends predictions in a closed loop, reconnects after errors, and counts the results."""

    def __init__(self, server: ControlledServer, number: int, should_stop: threading.Event):
        super().__init__()
        self._address, self._should_stop = (server.host, server.port), should_stop
        self._bitmap = some_bitmap(number)
        self.right, self.wrong, self.lost = 0, [], 0

    def run(self) -> None:
        connection = http.client.HTTPConnection(*self._address, timeout=TIMEOUT)
        while not self._should_stop.is_set():
            try:
                self._predict(connection)
            except (OSError, http.client.HTTPException):
                connection.close()
                self.lost += 1
                self._should_stop.wait(0.01)
        connection.close()

    def _predict(self, connection: http.client.HTTPConnection) -> None:
        connection.request("POST", "/api/predict", self._bitmap.tobytes(), {"Content-Type": BYTES})
        response = connection.getresponse()
        body = response.read()
        if response.status == 200 and json.loads(body)["digit"] == expected_digit(self._bitmap):
            self.right += 1
        elif response.status != 503:  # the models may still be loading
            self.wrong.append((response.status, body))


@pytest.fixture
def folder(tmp_path):
    write_model(tmp_path, "conv")
    return tmp_path


@pytest.fixture
def phones():
    """A function that starts clients; they stop at the end of the test."""
    should_stop, started = threading.Event(), []

    def start(server: ControlledServer) -> list[PredictingClient]:
        started.extend(PredictingClient(server, number, should_stop) for number in range(CLIENTS))
        for phone in started:
            phone.start()
        return started

    yield start
    should_stop.set()
    for phone in started:
        phone.join(TIMEOUT)


def wait_until_all_predict(server: ControlledServer, phones: list[PredictingClient]) -> None:
    """Wait until each client has three more correct predictions."""
    before = [phone.right for phone in phones]
    wait_until(lambda: all(phone.right >= old + 3 for phone, old in zip(phones, before, strict=True)))


def test_killed_server_recovers_for_all_clients(folder, phones, extent):
    server = ControlledServer(folder, find_stable_port(), "fake")
    clients = phones(server)
    for _ in range(extent(2, 20)):
        wait_until_all_predict(server, clients)
        server.stop(signal.SIGKILL)
        server = ControlledServer(folder, server.port, "fake")
    wait_until_all_predict(server, clients)
    assert all(phone.lost for phone in clients)  # each one noticed the kill
    assert [phone.wrong for phone in clients] == [[]] * CLIENTS
    assert server.stop() == 0
