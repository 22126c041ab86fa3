"""A real server with fake models: python -m tests.fake_server FOLDER [held [SECONDS]].

With `held` one prediction runs at a time, prints "started" and waits for a line on stdin. SECONDS is the
grace period for pending responses after SIGTERM.
"""

import sys
from pathlib import Path

from tests.fakes import FakeNetwork, load_fake
from tests.waiting import TIMEOUT
from webapp import asgi, create_app
from webapp.asgi import make_server
from webapp.nets.store import ModelStore
from webapp.server import admission, lifecycle


class HeldNetwork(FakeNetwork):
    """Prints "started" and returns its predictions after a line on stdin."""

    def __call__(self, bitmaps):
        print("started", flush=True)
        sys.stdin.readline()
        return super().__call__(bitmaps)


def main(folder: str, held: str = "", grace: str = "") -> None:
    """Serve until SIGTERM or SIGINT."""
    if held:
        asgi.READ_AHEAD = 1  # later requests wait in the queue
        admission.CHECK_AFTER = 0.0  # seconds; a disconnect is detected at once
    if grace:
        lifecycle.GRACE = float(grace)
    load = (lambda path, card: HeldNetwork()) if held else load_fake
    store = ModelStore(Path(folder), "conv", load)
    settings = {"PORT": 0, "REQUEST_TIMEOUT": 60.0, "ROOM_FOLDER": Path(folder) / "room"}
    settings |= {"INFERENCE_THREADS": 1} if held else {}
    app = create_app(settings, store)
    server = make_server(app)
    store.start()
    store.wait(TIMEOUT)
    print(app.extensions["public_url"].local, flush=True)
    server.serve_until_stopped()
    lifecycle.end(0)


if __name__ == "__main__":
    main(*sys.argv[1:])
