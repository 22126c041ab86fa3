"""How much memory this process holds."""

import os
from pathlib import Path

STATM = Path("/proc/self/statm")  # Linux: sizes in pages, the second is what lies in memory


def resident_bytes(statm: Path = STATM) -> int | None:
    """Return the bytes that this process holds in memory; None where the system does not tell them so."""
    try:
        return int(statm.read_text("ascii").split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except (OSError, AttributeError):  # macOS and Windows have no such file, Windows no sysconf
        return None
