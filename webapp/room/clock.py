"""Times in milliseconds, as stored, in ISO 8601, as sent, and in local time, for people."""

import time
from datetime import UTC, datetime

DAY = 24 * 60 * 60 * 1000  # milliseconds


def now() -> int:
    """Return the present time in milliseconds since 1970, UTC."""
    return time.time_ns() // 1_000_000


def iso(milliseconds: int) -> str:
    """Return a time as ISO 8601 in UTC."""
    moment = datetime.fromtimestamp(milliseconds / 1000, UTC)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def local_time(milliseconds: int) -> str:
    """Return a time as people here write it, such as "2026-11-23 09:22"."""
    return datetime.fromtimestamp(milliseconds / 1000).isoformat(" ", "minutes")


def local_day(milliseconds: int) -> str:
    """Return the date of a time here, such as "2026-11-23"."""
    return datetime.fromtimestamp(milliseconds / 1000).date().isoformat()


def milliseconds(text: str) -> int:
    """Return the milliseconds since 1970 of an ISO 8601 time. Raises ValueError."""
    moment = datetime.fromisoformat(text)
    return round((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp() * 1000)
