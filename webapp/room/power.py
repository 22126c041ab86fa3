"""Whether this computer is plugged in. Each system tells it in its own way, or not at all."""

import contextlib
import subprocess
import sys
from pathlib import Path

LINUX_SUPPLIES = Path("/sys/class/power_supply")
PATIENCE = 2.0  # seconds
ON_BATTERY, PLUGGED_IN = 0, 1  # as Windows says it


def is_plugged_in() -> bool | None:
    """Return whether power comes from the mains; None where that cannot be known."""
    asks = {"linux": _linux, "darwin": _macos, "win32": _windows}
    with contextlib.suppress(OSError, ValueError, subprocess.SubprocessError):
        return asks.get(sys.platform, lambda: None)()
    return None


def _linux() -> bool | None:
    mains = [file.read_text().strip() == "1" for file in LINUX_SUPPLIES.glob("*/online")]
    if mains:
        return any(mains)
    charging = [file.read_text().strip() for file in LINUX_SUPPLIES.glob("BAT*/status")]
    return all(status != "Discharging" for status in charging) if charging else None


def _macos() -> bool | None:
    told = subprocess.run(["/usr/bin/pmset", "-g", "batt"], capture_output=True, text=True, timeout=PATIENCE)
    return None if "drawing from" not in told.stdout else "AC Power" in told.stdout


def _windows() -> bool | None:
    import ctypes  # windll exists on Windows only

    status = (ctypes.c_ubyte * 12)()  # SYSTEM_POWER_STATUS; its first byte is ACLineStatus
    if not ctypes.windll.kernel32.GetSystemPowerStatus(ctypes.byref(status)):
        return None
    return {ON_BATTERY: False, PLUGGED_IN: True}.get(status[0])
