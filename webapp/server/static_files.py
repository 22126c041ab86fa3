"""The files of a folder in memory: read and hashed once, and again when they change.

A style sheet that imports others is sent with them in one file, so that a page fetches one:

    @import "../colors.css";   ->   the content of colors.css

Browsers would show the same from the files as they are, with a request for each.
"""

import gzip
import hashlib
import mimetypes
import os
import posixpath
import re
import threading
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

DIGEST = re.compile("[0-9a-f]{16}")
WORTH_PACKING = 500  # bytes
PACKED_ALREADY = ("image/png", "image/jpeg", "image/webp", "font/woff2")
STYLE_IMPORT = re.compile(r'^@import "([^"]+)";$', re.MULTILINE)
SCRIPT_IMPORT = re.compile(r'^(?:import|\}) (?:.* )?"(\.[^"]+)";$', re.MULTILINE)  # also one of several lines
Stamp = tuple[int, int]  # when a file was last changed, in ns, and its size in bytes


@dataclass(frozen=True)
class File:
    """A file as it is sent."""

    stamp: Stamp
    kind: str  # the MIME type
    content: bytes
    etag: str
    is_joined: bool = False  # with the style sheets that it imports

    @property
    def is_packable(self) -> bool:
        """Whether gzip makes it smaller."""
        return len(self.content) >= WORTH_PACKING and self.kind not in PACKED_ALREADY

    @cached_property
    def packed(self) -> bytes:
        """The content, compressed by gzip at the first use."""
        return gzip.compress(self.content, mtime=0)


class StaticFiles:
    """All files of a folder by their paths in it. Any thread may ask."""

    def __init__(self, folder: str):
        self._folder = folder
        self._files: dict[str, File] = {}
        self._imports: dict[str, list[str]] = {}  # as they were asked for since the last change
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

    def script_imports(self, path: str) -> list[str]:
        """Return the paths of all modules that a module imports, directly or by others, the direct ones
        first.

        Raises:
            KeyError: there is no such module.
        """
        known = self._imports.get(path)
        if known is None:
            found = {path: None}  # a set with an order
            for module in (queue := [path]):
                for name in SCRIPT_IMPORT.findall(self._files[module].content.decode()):
                    imported = _resolve(module, name)
                    if imported not in found:
                        found[imported] = None
                        queue.append(imported)
            known = self._imports[path] = list(found)[1:]
        return known

    @staticmethod
    def is_digest(text: str) -> bool:
        """Return whether `text` could be a digest, of these files or of earlier ones."""
        return DIGEST.fullmatch(text) is not None

    def _read(self, stamps: dict[str, Stamp]) -> None:
        files = {}
        for path in sorted(stamps):
            known = self._files.get(path)
            is_same = known is not None and known.stamp == stamps[path] and not known.is_joined
            found = known if is_same else _read_file(self._folder, path, stamps[path])
            if found is not None:
                files[path] = found
        files = {path: _join(files, path) for path in files}
        together = "".join(f"{path} {file.etag}\n" for path, file in files.items())
        self._files, self._imports = files, {}
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
    return File(stamp, kind, content, _hash(content))


def _join(files: dict[str, File], path: str) -> File:
    """Return the file with the content of what it imports, where it is a style sheet that imports."""
    file = files[path]
    if file.kind != "text/css" or b"@import" not in file.content:
        return file

    def content_of(match: re.Match) -> str:
        imported = files.get(_resolve(path, match[1]))
        # One that is missing stays an import, and the browser says in its console that it is.
        return match[0] if imported is None else imported.content.decode()

    content = STYLE_IMPORT.sub(content_of, file.content.decode()).encode()
    return replace(file, content=content, etag=_hash(content), is_joined=True)


def _resolve(path: str, relative: str) -> str:
    return posixpath.normpath(posixpath.join(posixpath.dirname(path), relative))


def _hash(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:20]
