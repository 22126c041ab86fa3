"""A server in a thread with a fake trainer, so that a test sends what the trainer would."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn
from flask import Flask

from tests.lab.fake_trainer import FakeTrainer
from tests.waiting import TIMEOUT, wait_until
from webapp.asgi import create_asgi
from webapp.lab.lab import Lab
from webapp.server.protocol import Protocol


class LabServer:
    """An application and its address, and the fake trainer of its lab.

    Attributes:
        presenter_link: path that makes a browser the presenter's.
    """

    def __init__(self, app: Flask, listener: socket.socket, trainer: FakeTrainer):
        app.config["PORT"] = listener.getsockname()[1]
        self.address = f"http://127.0.0.1:{app.config['PORT']}"
        self.trainer = trainer
        self.presenter_link = app.extensions["auth"].presenter_path()


@contextmanager
def serve_with_fake_trainer(app: Flask) -> Iterator[LabServer]:
    """Serve an application, with a fake trainer in place of its own, until the end of the block."""
    trainers = []

    def make(*arguments: object) -> FakeTrainer:
        trainers.append(FakeTrainer(*arguments))
        return trainers[0]

    folder = app.config["ROOM_FOLDER"]
    store = app.extensions["store"]
    app.extensions["lab"] = Lab(folder / "lab", folder / "models", folder, store, make, lambda: True)
    listener = socket.create_server(("127.0.0.1", 0))
    found = LabServer(app, listener, trainers[0])
    application = create_asgi(app)
    config = uvicorn.Config(
        application, http=Protocol, ws="none", lifespan="on", log_config=None, timeout_graceful_shutdown=1
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    wait_until(lambda: server.started, "the server to start")
    try:
        yield found
    finally:
        for each in (*application.state.streams, application.state.trainer):
            each.close()
        server.should_exit = True
        thread.join(TIMEOUT)
        listener.close()
