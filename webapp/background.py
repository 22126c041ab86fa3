"""Background work: load the models, delete old drawings, and watch the room's file."""

import gc
import logging
import threading

from flask import Flask

from webapp.errors import InkwiseError
from webapp.room.storage.database import Database

WATCH_INTERVAL = 2.0  # seconds

logger = logging.getLogger(__name__)


def start(app: Flask) -> None:
    """Start all, each in its own thread, and return at once."""

    def prepare() -> None:
        app.extensions["predictor"].warm_up()
        freeze_heap()

    app.extensions["store"].start(prepare)
    app.extensions["retention"].start()
    database = app.extensions["room"].database
    threading.Thread(target=watch_file, args=(database,), name="file-guard", daemon=True).start()


def watch_file(database: Database, every: float = WATCH_INTERVAL) -> None:
    """Check the room's file every few seconds, for ever.

    Args:
        every: seconds.
    """
    waiting = threading.Event()
    while True:
        try:
            database.check_file()
        except InkwiseError as error:
            logger.info("The room's file could not be checked: %s", error)
        except Exception:  # keep the thread running
            logger.exception("The room's file could not be checked")
        waiting.wait(every)


def freeze_heap() -> None:
    """Collect garbage once, then freeze the heap: later collections skip what is loaded now."""
    gc.collect()
    gc.freeze()
