"""Measure the memory of this process."""

import psutil


def resident_bytes() -> int | None:
    """Return the bytes that this process holds in memory; None where the system does not say."""
    try:
        return psutil.Process().memory_info().rss
    except psutil.Error:  # no access to /proc, as in some containers
        return None
