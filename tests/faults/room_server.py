"""A server with fake models whose room outlives it: python -m tests.faults.room_server FOLDER DATABASE."""

import sys
from pathlib import Path

from tests.fakes import load_fake
from webapp import create_app
from webapp.nets.store import ModelStore
from webapp.server import Server, end


def main(folder: str, database: str) -> None:
    """Serve until told to stop, or killed."""
    store = ModelStore(Path(folder), "conv", load_fake)
    # RATES 0: the test's phones send as fast as they can, which nobody's hand does.
    server = Server(create_app({"PORT": 0, "DATABASE": database, "RATES": 0.0}, store))
    store.start()
    store.wait(60)
    print(server.address, flush=True)
    server.run()
    end(0)


if __name__ == "__main__":
    main(*sys.argv[1:])
