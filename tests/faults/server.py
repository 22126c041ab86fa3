"""A real server that does as it is told: python -m tests.faults.server MODELS ROOM PORT real|fake|slow.

It serves the models of one folder, as they are or as fakes that need no TensorFlow and may be slow, and
keeps its room in another. Lines on stdin:

    swap NAME    load that model anew and swap it in; prints "swapped"
    presenter    prints the path of the presenter's link
"""

import sys
import threading
import time
from pathlib import Path

from flask import Flask

from benchmarks.load.empty_route import add_empty_route
from tests.fakes import FakeNetwork, load_fake
from webapp import background, create_app
from webapp.asgi import make_server
from webapp.nets.network import load_network
from webapp.nets.store import ModelStore
from webapp.server.lifecycle import end

SLOW = 0.05  # seconds


class SlowNetwork(FakeNetwork):
    """Takes its time for whatever it is asked at once."""

    def __call__(self, bitmaps):
        time.sleep(SLOW)
        return super().__call__(bitmaps)


LOADERS = {"real": load_network, "fake": load_fake, "slow": lambda path, card: SlowNetwork()}


def obey(app: Flask) -> None:
    """Do what the lines on stdin say."""
    for line in sys.stdin:
        order, _, name = line.strip().partition(" ")
        if order == "swap":
            app.extensions["store"].reload(name)
            print("swapped", flush=True)
        elif order == "presenter":
            print(app.extensions["auth"].presenter_path(), flush=True)


def main(models: str, room: str, port: str, kind: str) -> None:
    """Serve until told to stop."""
    store = ModelStore(Path(models), "conv", LOADERS[kind])
    config = {"PORT": int(port), "MODELS": Path(models), "ROOM_FOLDER": Path(room)}
    app = create_app(config, store)
    add_empty_route(app)
    server = make_server(app)
    print(app.extensions["auth"].local_address, flush=True)
    background.begin(app)
    threading.Thread(target=obey, args=(app,), daemon=True).start()
    server.serve_until_stopped()
    end(0)


if __name__ == "__main__":
    main(*sys.argv[1:])
