"""A cache of a folder's files: read and hashed once, and again after a change.

Imports in style sheets are replaced by the content of the imported file, so that a page needs one request:

    @import "../colors.css";   ->   the content of colors.css

Comments in scripts and style sheets are left out: they are a quarter of what a phone would load.
"""

import gzip
import hashlib
import mimetypes
import os
import posixpath
import re
import threading
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

DIGEST = re.compile("[0-9a-f]{16}")
MIN_GZIP = 500  # bytes
COMPRESSED_KINDS = ("image/png", "image/jpeg", "image/webp", "font/woff2")
STYLE_IMPORT = re.compile(r'^@import "([^"]+)";$', re.MULTILINE)
SCRIPT_IMPORT = re.compile(r'^(?:import|\}) (?:.* )?"(\.[^"]+)";$', re.MULTILINE)  # also one of several lines
COMMENTED_KINDS = ("text/javascript", "text/css")
# Only comments that fill their lines: code before or behind a comment may be a string that looks like one.
COMMENT = re.compile(r"^[ \t]*(?://[^\n]*|/\*(?:(?!\*/).)*\*/[ \t]*)$", re.MULTILINE | re.DOTALL)
Stamp = tuple[int, int]  # time of the last change in ns, size in bytes


@dataclass(frozen=True)
class File:
    """A file as sent."""

    stamp: Stamp
    kind: str  # the MIME type
    content: bytes
    etag: str
    is_joined: bool = False  # with imported style sheets

    @property
    def is_packable(self) -> bool:
        """Whether gzip makes it smaller."""
        return len(self.content) >= MIN_GZIP and self.kind not in COMPRESSED_KINDS

    @cached_property
    def packed(self) -> bytes:
        """The gzipped content, computed at the first use."""
        return gzip.compress(self.content, mtime=0)


class StaticFiles:
    """All files of a folder by their relative paths. Thread-safe."""

    def __init__(self, folder: str):
        self._folder = folder
        self._files: dict[str, File] = {}
        self._imports: dict[str, list[str]] = {}  # a cache, cleared after a change
        self._reading = threading.Lock()
        self.known_digest = ""  # of the files as last read

    def digest(self) -> str:
        """Return a digest of all files, 16 hexadecimal digits.

        Checks the times of all files, which takes a third of a millisecond, and reads changed ones.
        """
        with self._reading:
            stamps = dict(_stamps(self._folder))
            if {path: file.stamp for path, file in self._files.items()} != stamps:
                self._read(stamps)
            return self.known_digest

    def find(self, path: str) -> File | None:
        """Return the present file at `path`, or None."""
        file = self._files.get(path)
        if file is None or _stamp(os.path.join(self._folder, path)) != file.stamp:
            self.digest()
        return self._files.get(path)

    def script_imports(self, path: str) -> list[str]:
        """Return the paths of all modules that a module imports, directly and indirectly.

        Raises:
            KeyError: no such module.
        """
        known = self._imports.get(path)
        if known is None:
            found = {path: None}  # an ordered set
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
        """Return whether `text` has the form of a digest."""
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


def _stamps(folder: str, under: str = "") -> Iterator[tuple[str, Stamp]]:
    """Yield path and stamp of each file that is not hidden."""
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
    if kind in COMMENTED_KINDS:
        content = without_comments(content.decode()).encode()
    return File(stamp, kind, content, _hash(content))


def without_comments(code: str) -> str:
    """Return JavaScript or CSS without comments; what is left stays on its line."""
    return COMMENT.sub(lambda comment: "\n" * comment[0].count("\n"), code)


def _join(files: dict[str, File], path: str) -> File:
    """Return the file; a style sheet with the content of its imports."""
    file = files[path]
    if file.kind != "text/css" or b"@import" not in file.content:
        return file

    def content_of(match: re.Match) -> str:
        imported = files.get(_resolve(path, match[1]))
        # The import of a missing file stays, so that the browser reports it.
        return match[0] if imported is None else imported.content.decode()

    content = STYLE_IMPORT.sub(content_of, file.content.decode()).encode()
    return replace(file, content=content, etag=_hash(content), is_joined=True)


def _resolve(path: str, relative: str) -> str:
    return posixpath.normpath(posixpath.join(posixpath.dirname(path), relative))


def _hash(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:20]
