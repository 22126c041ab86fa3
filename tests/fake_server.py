"""A real server with fake models: python -m tests.fake_server FOLDER [held [SECONDS]].

With `held` there is one desk, and every bitmap prints "asked" and waits for a line on stdin, so that a test
decides how long an answer takes. SECONDS is how long answers under way may take after the order to stop.
"""

import sys
from pathlib import Path

from tests.fakes import FakeNetwork, load_fake
from webapp import create_app, server
from webapp.nets import desks
from webapp.nets.store import ModelStore


class HeldNetwork(FakeNetwork):
    """Answers when a line comes on stdin."""

    def __call__(self, bitmaps):
        print("asked", flush=True)
        sys.stdin.readline()
        return super().__call__(bitmaps)


def main(folder: str, held: str = "", grace: str = "") -> None:
    """Serve until told to stop."""
    if held:
        desks.GONE_AFTER = 0.0  # seconds; a test need not wait to be taken for gone
    if grace:
        server.GRACE = float(grace)
    load = (lambda path, card: HeldNetwork()) if held else load_fake
    store = ModelStore(Path(folder), "conv", load)
    settings = {"PORT": 0, "ANSWER_DEADLINE": 60.0, "ROOM_FOLDER": Path(folder) / "room"}
    settings |= {"DESKS": 1} if held else {}
    running = server.Server(create_app(settings, store))
    store.start()
    store.wait(60)
    print(running.address, flush=True)
    running.run()
    server.end(0)


if __name__ == "__main__":
    main(*sys.argv[1:])
