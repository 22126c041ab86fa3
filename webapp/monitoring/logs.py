"""Logging to stderr, one line for each event, as text or as JSON.

Never logged: client addresses, cookies, query strings (one holds the presenter's token), user agents.
"""

import json
import logging
import re
from datetime import UTC, datetime
from typing import TextIO

from webapp.monitoring.background_log import BackgroundHandler

OWN = "webapp"  # loggers of this package use the configured level, all others log warnings only
# Libraries write client addresses into their warnings.
ADDRESS = re.compile(
    r"\b\d{1,3}(?:\.\d{1,3}){3}\b"  # IPv4
    r"|(?<![\w:])(?:[0-9A-Fa-f]{0,4}:){2,7}[0-9A-Fa-f]{0,4}(?![\w:])"  # IPv6
)
HIDDEN = "(address)"


def set_up(form: str, level: str, stream: TextIO | None = None) -> None:
    """Configure logging.

    Args:
        form: "text" or "json".
        level: "debug", "info", "warning" or "error".
        stream: instead of stderr; written at once, while stderr has a thread of its own.
    """
    handler = logging.StreamHandler(stream) if stream else BackgroundHandler()
    handler.setFormatter(JsonLines() if form == "json" else TextLines())
    number = logging.getLevelNamesMapping()[level.upper()]
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(max(number, logging.WARNING))
    logging.getLogger(OWN).setLevel(number)


def log_event(logger: logging.Logger, event: str, **fields: object) -> None:
    """Log an event with fields, at the level "info"."""
    logger.info(event, extra={"fields": fields})


class JsonLines(logging.Formatter):
    """Format a record as one line of JSON: {"time", "level", "event", ...}."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        line = {"time": _time(record), "level": record.levelname.lower()}
        fields = getattr(record, "fields", None)
        if fields is None:
            line |= {"event": "message", "logger": record.name, "message": _message(record)}
        else:
            line |= {"event": record.getMessage(), **fields}
        if record.exc_info:
            line["traceback"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False)


class TextLines(logging.Formatter):
    """Format a record as time, level and message; a traceback follows on further lines."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the text."""
        fields = getattr(record, "fields", None) or {}
        words = [_escape(_message(record)), *(f"{name}={value}" for name, value in fields.items())]
        line = f"{_time(record)} {record.levelname} {' '.join(words)}"
        return f"{line}\n{self.formatException(record.exc_info)}" if record.exc_info else line


def _message(record: logging.LogRecord) -> str:
    message = record.getMessage()
    return message if record.name.partition(".")[0] == OWN else ADDRESS.sub(HIDDEN, message)


def _escape(text: str) -> str:
    """Escape control characters, so that a request cannot forge a line of the log."""
    return "".join(char if char.isprintable() else repr(char)[1:-1] for char in text)


def _time(record: logging.LogRecord) -> str:
    moment = datetime.fromtimestamp(record.created, UTC)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
