"""A server that reads commands from stdin: python -m tests.faults.server MODELS ROOM PORT real|fake|slow.

It serves the models of one folder, as they are or as fakes that need no TensorFlow and may be slow, and
keeps its room in another. Lines on stdin:

    swap NAME    reload that model; prints "swapped"
    presenter    prints the path of the presenter's link
    exhaust      opens files until there is no descriptor left; prints "exhausted"
    release      closes them; prints "released"
"""

import contextlib
import os
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
    """Takes SLOW seconds for each batch."""

    def __call__(self, bitmaps):
        time.sleep(SLOW)
        return super().__call__(bitmaps)


LOADERS = {"real": load_network, "fake": load_fake, "slow": lambda path, card: SlowNetwork()}


def run_commands(app: Flask) -> None:
    """Run the commands on stdin."""
    opened = []
    for line in sys.stdin:
        command, _, name = line.strip().partition(" ")
        if command == "swap":
            app.extensions["store"].reload(name)
            print("swapped", flush=True)
        elif command == "presenter":
            print(app.extensions["auth"].presenter_path(), flush=True)
        elif command == "exhaust":
            with contextlib.suppress(OSError):
                while True:
                    opened.append(os.open(os.devnull, os.O_RDONLY))
            print("exhausted", flush=True)
        elif command == "release":
            while opened:
                os.close(opened.pop())
            print("released", flush=True)


def main(models: str, room: str, port: str, kind: str) -> None:
    """Serve until SIGTERM."""
    store = ModelStore(Path(models), "conv", LOADERS[kind])
    config = {"PORT": int(port), "MODELS": Path(models), "ROOM_FOLDER": Path(room)}
    app = create_app(config, store)
    add_empty_route(app)
    server = make_server(app)
    print(app.extensions["public_url"].local, flush=True)
    background.start(app)
    threading.Thread(target=run_commands, args=(app,), daemon=True).start()
    server.serve_until_stopped()
    end(0)


if __name__ == "__main__":
    main(*sys.argv[1:])
