"""Refuse at once what takes long where too many wait already; pages, looks for news and sending go on."""

from webapp.crowd import CROWDED
from webapp.errors import Busy

QUESTIONS = frozenset(("/api/predict", "/api/inspect", "/api/explain", "/api/halves"))


def check_crowd(environ: dict) -> None:
    """Raise Busy for a question that found the line of those who wait full."""
    if environ.get(CROWDED) and environ["PATH_INFO"] in QUESTIONS:
        raise Busy("too many requests wait already; try again in a second")
