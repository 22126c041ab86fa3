"""What the application does beside answering: load its models, and delete what is too old to keep."""

from flask import Flask

from webapp.nets.runtime import keep_what_is_there


def begin(app: Flask, delay: float = 0.0) -> None:
    """Begin with both, each in a thread of its own, and return at once.

    Args:
        delay: seconds before the first model is loaded.
    """
    app.extensions["store"].start(delay, keep_what_is_there)
    app.extensions["retention"].start()
