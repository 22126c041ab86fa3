"""A server with fake models whose room outlives it: python -m tests.faults.room_server FOLDER DATABASE."""

import sys
from pathlib import Path

from tests.fakes import load_fake
from tests.waiting import TIMEOUT
from webapp import create_app
from webapp.asgi import make_server
from webapp.nets.store import ModelStore
from webapp.server.lifecycle import end


def main(folder: str, database: str) -> None:
    """Serve until SIGTERM."""
    store = ModelStore(Path(folder), "conv", load_fake)
    # Without rate limits: the test's phones send as fast as they can.
    app = create_app({"PORT": 0, "DATABASE": database, "RATE_LIMIT_SCALE": 0.0}, store)
    server = make_server(app)
    store.start()
    store.wait(TIMEOUT)
    print(app.extensions["public_url"].local, flush=True)
    server.serve_until_stopped()
    end(0)


if __name__ == "__main__":
    main(*sys.argv[1:])
