"""One instance of the server with fake models: python -m tests.deploy.fake_instance.

Settings come from INKWISE_*. With FAKE_HOLD a prediction creates the file FAKE_HOLD.started, and waits for a
file FAKE_HOLD.
"""

import os
from pathlib import Path

from tests.fakes import FakeNetwork, load_fake
from tests.waiting import wait_until
from webapp import asgi, background, create_app
from webapp.monitoring import logs
from webapp.nets.store import ModelStore
from webapp.server import lifecycle
from webapp.settings import from_command_line


class HeldNetwork(FakeNetwork):
    """Answers when a file is there; the blank bitmap of the warm-up at once."""

    def __init__(self, file: Path):
        super().__init__()
        self._file = file

    def __call__(self, bitmaps):
        if not bitmaps.any():
            return super().__call__(bitmaps)
        self._file.with_suffix(".started").touch()
        wait_until(self._file.exists, f"{self._file} to exist")
        return super().__call__(bitmaps)


def load(path: Path, card: dict) -> FakeNetwork:
    """Load a fake network, held where FAKE_HOLD says so."""
    held = os.environ.get("FAKE_HOLD")
    return HeldNetwork(Path(held)) if held else load_fake(path, card)


def main() -> None:
    """Serve until stopped."""
    if os.environ.get("FAKE_HOLD"):
        asgi.READ_AHEAD = 1  # what waits, waits in the queue
        lifecycle.GRACE = 60  # seconds; a busy machine is slow, and not wrong
    settings = from_command_line([], os.environ)
    app = create_app(settings, ModelStore(settings["MODELS"], "conv", load))
    logs.set_up(app.config["LOG_FORMAT"], app.config["LOG_LEVEL"])
    server = asgi.make_server(app)
    background.start(app)
    print(f"Inkwise is at {app.extensions['public_url'].local}", flush=True)
    server.serve_until_stopped()


if __name__ == "__main__":
    main()
    lifecycle.end(0)
