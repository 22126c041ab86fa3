"""Tell events on stderr, one line each, as text for people or as JSON for programs.

Never told: addresses of people, cookies, query strings (one holds the presenter's token), browsers' names.
"""

import json
import logging
import re
import sys
from datetime import UTC, datetime
from typing import TextIO

OWN = "webapp"  # the package: its loggers obey the level, others' tell warnings at most
# Libraries name in their warnings who was connected.
ADDRESS = re.compile(
    r"\b\d{1,3}(?:\.\d{1,3}){3}\b"  # IPv4
    r"|(?<![\w:])(?:[0-9A-Fa-f]{0,4}:){2,7}[0-9A-Fa-f]{0,4}(?![\w:])"  # IPv6
)
HIDDEN = "(address)"


def set_up(form: str, level: str, stream: TextIO | None = None) -> None:
    """Send what is logged to stderr from now on.

    Args:
        form: "text" or "json".
        level: "debug", "info", "warning" or "error".
        stream: where to instead of stderr.
    """
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(JsonLines() if form == "json" else TextLines())
    number = logging.getLevelNamesMapping()[level.upper()]
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(max(number, logging.WARNING))
    logging.getLogger(OWN).setLevel(number)


def tell(logger: logging.Logger, event: str, **fields: object) -> None:
    """Log an event with its fields, at the level "info"."""
    logger.info(event, extra={"fields": fields})


class JsonLines(logging.Formatter):
    """{"time", "level", "event", ...}, in one line whatever is in it."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line of one record."""
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
    """Time, level and words; a traceback follows in lines of its own."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the text of one record."""
        fields = getattr(record, "fields", None) or {}
        words = [_escape(_message(record)), *(f"{name}={value}" for name, value in fields.items())]
        line = f"{_time(record)} {record.levelname} {' '.join(words)}"
        return f"{line}\n{self.formatException(record.exc_info)}" if record.exc_info else line


def _message(record: logging.LogRecord) -> str:
    message = record.getMessage()
    return message if record.name.partition(".")[0] == OWN else ADDRESS.sub(HIDDEN, message)


def _escape(text: str) -> str:
    """Write control characters as Python does, so that nobody's address can forge a line of the log."""
    return "".join(char if char.isprintable() else repr(char)[1:-1] for char in text)


def _time(record: logging.LogRecord) -> str:
    moment = datetime.fromtimestamp(record.created, UTC)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
