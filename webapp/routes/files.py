"""The files of a folder in memory: read, hashed and compressed once, and again when they change."""

import gzip
import hashlib
import mimetypes
import os
import re
import threading
from dataclasses import dataclass
from pathlib import Path

DIGEST = re.compile("[0-9a-f]{16}")
WORTH_PACKING = 500  # bytes
PACKED_ALREADY = ("image/png", "image/jpeg", "image/webp", "font/woff2")
Stamp = tuple[int, int]  # when a file was last changed, in ns, and its size in bytes


@dataclass(frozen=True)
class File:
    """A file as it is sent."""

    stamp: Stamp
    kind: str  # the MIME type
    content: bytes
    packed: bytes | None  # by gzip, where that is worth it
    etag: str


class StaticFiles:
    """All files of a folder by their paths in it. Any thread may ask."""

    def __init__(self, folder: str):
        self._folder = folder
        self._files: dict[str, File] = {}
        self._reading = threading.Lock()
        self.known_digest = ""  # of the files as they were last seen

    def digest(self) -> str:
        """Return 16 hexadecimal digits that stand for all files as they are now.

        It looks at when each file was changed, in a third of a millisecond; only changed ones are read.
        """
        with self._reading:
            stamps = dict(_stamps(self._folder))
            if {path: file.stamp for path, file in self._files.items()} != stamps:
                self._read(stamps)
            return self.known_digest

    def find(self, path: str) -> File | None:
        """Return the file at `path` in the folder as it is now, or None where there is none."""
        file = self._files.get(path)
        if file is None or _stamp(os.path.join(self._folder, path)) != file.stamp:
            self.digest()
        return self._files.get(path)

    @staticmethod
    def is_digest(text: str) -> bool:
        """Return whether `text` could be a digest, of these files or of earlier ones."""
        return DIGEST.fullmatch(text) is not None

    def _read(self, stamps: dict[str, Stamp]) -> None:
        files = {}
        for path in sorted(stamps):
            known = self._files.get(path)
            is_same = known is not None and known.stamp == stamps[path]
            found = known if is_same else _read_file(self._folder, path, stamps[path])
            if found is not None:
                files[path] = found
        together = "".join(f"{path} {file.etag}\n" for path, file in files.items())
        self._files = files
        self.known_digest = hashlib.sha256(together.encode()).hexdigest()[:16]


def _stamps(folder: str, under: str = ""):
    """Yield path in the folder and stamp of each file, hidden ones left out."""
    with os.scandir(os.path.join(folder, under)) as entries:
        for entry in entries:
            path = f"{under}{entry.name}"
            if entry.name.startswith("."):
                continue
            if entry.is_dir():
                yield from _stamps(folder, path + "/")
            elif stamp := _stamp(entry.path):
                yield path, stamp


def _stamp(path: str) -> Stamp | None:
    try:
        found = os.stat(path)
    except OSError:  # deleted a moment ago
        return None
    return found.st_mtime_ns, found.st_size


def _read_file(folder: str, path: str, stamp: Stamp) -> File | None:
    try:
        content = Path(folder, path).read_bytes()
    except OSError:
        return None
    kind = mimetypes.guess_type(path)[0] or "application/octet-stream"
    is_worth_it = len(content) >= WORTH_PACKING and kind not in PACKED_ALREADY
    packed = gzip.compress(content, mtime=0) if is_worth_it else None
    return File(stamp, kind, content, packed, hashlib.sha256(content).hexdigest()[:20])
