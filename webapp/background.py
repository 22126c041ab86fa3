"""What the application does besides answering requests: load its models, and delete what is too old to
keep."""

import gc

from flask import Flask


def begin(app: Flask) -> None:
    """Start both, each in a thread of its own, and return at once."""

    def prepare() -> None:
        app.extensions["predictor"].warm_up()
        freeze_heap()

    app.extensions["store"].start(prepare)
    app.extensions["retention"].start()


def freeze_heap() -> None:
    """Collect garbage once, then freeze the heap: what is loaded by now is never searched again."""
    gc.collect()
    gc.freeze()
