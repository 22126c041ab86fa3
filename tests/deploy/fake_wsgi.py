"""What wsgi.py does, with fake models: gunicorn tests.deploy.fake_wsgi:app.

With FAKE_HOLD a question makes the file FAKE_HOLD.asked, and is answered once there is a file FAKE_HOLD.
"""

import os
import threading
from pathlib import Path

from webapp.public import start

from tests.fakes import FakeNetwork, load_fake
from webapp.nets.store import ModelStore

TICK = 0.01  # seconds


class HeldNetwork(FakeNetwork):
    """Answers when a file is there."""

    def __init__(self, file: Path):
        super().__init__()
        self._file = file

    def __call__(self, bitmaps):
        self._file.with_suffix(".asked").touch()
        waiting = threading.Event()
        while not self._file.exists():
            waiting.wait(TICK)
        return super().__call__(bitmaps)


def load(path: Path, card: dict) -> FakeNetwork:
    """Load a fake network, held where FAKE_HOLD says so."""
    held = os.environ.get("FAKE_HOLD")
    return HeldNetwork(Path(held)) if held else load_fake(path, card)


app = start(os.environ, ModelStore(Path(os.environ["INKWISE_MODELS"]), "conv", load))
app.extensions["store"].wait(60)  # no process takes requests before it can answer them
