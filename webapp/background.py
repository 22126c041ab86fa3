"""Background work: load the models; then delete old drawings, and watch the room's file."""

import gc
import logging
import threading
from collections.abc import Callable

from flask import Flask

from webapp.errors import InkwiseError
from webapp.room.storage.database import Database

WATCH_INTERVAL = 2.0  # seconds

logger = logging.getLogger(__name__)


def start(app: Flask, then: Callable[[], None] = lambda: None) -> None:
    """Load the models in a thread, and return at once. After them, start the rest, each in its own thread.

    The first page and the first prediction need nothing of the rest, and would share the interpreter with it.

    Args:
        then: called in a thread of its own after the models, such as to open the room's database.
    """

    def prepare() -> None:
        app.extensions["predictor"].warm_up()
        freeze_heap()
        app.extensions["retention"].start()
        _start("file-guard", watch_file, app.extensions["room"].database)
        _start("after-models", then)

    app.extensions["store"].start(prepare)


def _start(name: str, run: Callable[..., None], *arguments: object) -> None:
    threading.Thread(target=run, args=arguments, name=name, daemon=True).start()


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
