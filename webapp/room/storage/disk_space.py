"""Keep the room usable on a full disk: refuse drawings first, and hold a reserve for deletions and rounds.

Below FOR_DRAWINGS no drawing is taken. If other programs fill the disk further, a file that only takes up
space is deleted, so that the presenter can still hide and delete drawings and start rounds.
"""

import logging
import os
import shutil
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from webapp.errors import StorageUnavailable

MEGABYTE = 1_000_000  # bytes
FOR_DRAWINGS = 50 * MEGABYTE  # free, below which drawings are refused
RESERVE = 8 * MEGABYTE  # of the reserve file; SQLite's log grows to about 4 before it is emptied
NEARLY_FULL = 4 * MEGABYTE  # free, below which the reserve is given up

logger = logging.getLogger(__name__)


def _free(folder: Path) -> int:
    return shutil.disk_usage(folder).free


class DiskSpace:
    """The free space on the disk of one room.

    Args:
        room: path of the room's file.
        free: returns the free bytes of a folder; raises OSError if they are unknown.
    """

    def __init__(self, room: Path, free: Callable[[Path], int] = _free):
        self._folder = room.absolute().parent
        self._reserve = room.absolute().with_suffix(".reserve")
        self._free = free

    @property
    def notice(self) -> str:
        """Why drawings are refused, for people; "" if they are not."""
        free = self._find_free()
        if free is None or free >= FOR_DRAWINGS:
            return ""
        return (
            f"The disk has {free // MEGABYTE} MB free: drawings are refused until "
            f"{FOR_DRAWINGS // MEGABYTE} MB are free."
        )

    def check_drawings(self) -> None:
        """Raise StorageUnavailable if there is too little space for more drawings."""
        if self.notice:
            raise StorageUnavailable(
                f"expected at least {FOR_DRAWINGS // MEGABYTE} MB of free space, received less",
                "The server’s disk is full. Your drawing stays on this phone; tell the presenter.",
            )

    def before_write(self) -> None:
        """Give up the reserve if the disk is nearly full."""
        free = self._find_free()
        if free is not None and free < NEARLY_FULL:
            self.release()

    def release(self) -> None:
        """Give up the reserve."""
        with suppress(OSError):
            self._reserve.unlink()
            logger.error("The disk is full: the reserve for deleting drawings and starting rounds is in use")

    def keep_reserve(self) -> None:
        """Make the reserve file if it is missing and there is enough space."""
        free = self._find_free()
        if free is None or free < FOR_DRAWINGS + RESERVE or self._reserve.exists():
            return
        try:
            _allocate(self._reserve, RESERVE)
        except OSError as error:
            logger.warning("No space could be reserved: %s", error.strerror)
            self._reserve.unlink(missing_ok=True)

    def _find_free(self) -> int | None:
        try:
            return self._free(self._folder)
        except OSError:
            return None


def _allocate(path: Path, size: int) -> None:
    """Make a file that takes up `size` bytes on the disk. Raises OSError."""
    with path.open("wb") as file:
        if hasattr(os, "posix_fallocate"):  # not on macOS and Windows
            os.posix_fallocate(file.fileno(), 0, size)
        else:
            file.write(os.urandom(size))  # zeros may take up no space
