"""The queues of the application have the size of the setting."""

import asyncio
from collections import Counter
from concurrent.futures import Future

import pytest
from starlette.applications import Starlette

from tests.fakes import some_bitmap
from tests.server.asgi_request import request
from webapp.asgi import READ_AHEAD, create_asgi
from webapp.errors import Busy
from webapp.server.room_state import RoomStateEndpoint

QUEUE_SIZE = 2
BYTES = "application/octet-stream"


@pytest.fixture
def application(app) -> Starlette:
    """The application with small queues."""
    app.config.update(QUEUE_SIZE=QUEUE_SIZE, INFERENCE_THREADS=1)
    return create_asgi(app)


async def test_prediction_beyond_the_queue_is_rejected(app, application, monkeypatch):
    running: list[Future] = []

    def submit(model, bitmap) -> Future:
        running.append(Future())
        return running[-1]

    monkeypatch.setattr(app.extensions["predictor"], "submit", submit)
    count_waiting = app.extensions["monitor"].queue_length

    def predict() -> asyncio.Task:
        return asyncio.ensure_future(
            request(application, "POST", "/api/predict", some_bitmap().tobytes(), BYTES)
        )

    accepted = [predict() for _ in range(READ_AHEAD + QUEUE_SIZE)]
    while count_waiting() < QUEUE_SIZE:
        await asyncio.sleep(0)
    rejected = predict()
    while not rejected.done() and count_waiting() == QUEUE_SIZE:
        await asyncio.sleep(0)
    assert rejected.done()
    assert rejected.result() == 503
    while not all(task.done() for task in accepted):
        for future in running:
            if not future.done():
                future.set_result({"digit": 4})
        await asyncio.sleep(0)
    assert {task.result() for task in accepted} == {200}


async def test_state_beyond_the_queue_is_rejected(application):
    requests = [request(application, "GET", "/api/room/state") for _ in range(QUEUE_SIZE + 3)]
    assert Counter(await asyncio.gather(*requests)) == {200: QUEUE_SIZE, 503: 3}


async def test_state_endpoint_rejects_when_its_queue_is_full():
    endpoint = RoomStateEndpoint(lambda requests: [], queue_size=0, others=None)
    with pytest.raises(Busy, match="too many requests are waiting"):
        await endpoint({"query_string": b"", "headers": []}, None, None)
