"""A cache for one revision of the room, bounded in bytes; JSON that many requests share, compressed once."""

import gzip
import threading
from collections.abc import Callable, Hashable
from typing import TypeVar, cast

CACHE_SIZE = 100  # entries for one revision
CACHE_BYTES = 32_000_000  # of JSON, compressed and not
GZIP_LEVEL = 4  # of 9; a full wall of 2 MB takes 40 ms

T = TypeVar("T")


class SharedJson:
    """JSON of a response that many requests get. Thread-safe."""

    def __init__(self, content: bytes):
        self.content = content
        self._packed: bytes | None = None
        self._packing = threading.Lock()

    def __len__(self) -> int:
        """Return the bytes that it occupies, with room for the compressed ones."""
        return 2 * len(self.content)

    @property
    def packed(self) -> bytes:
        """The gzipped content, computed once; other threads wait for it meanwhile."""
        with self._packing:
            if self._packed is None:
                self._packed = gzip.compress(self.content, GZIP_LEVEL, mtime=0)
            return self._packed


class RevisionCache:
    """A cache that is cleared when the revision changes, or when it is full. Thread-safe."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._revision: Hashable = None
        self._entries: dict[Hashable, object] = {}
        self._size = 0  # bytes

    def get(self, revision: Hashable, key: Hashable, build: Callable[[], T]) -> T:
        """Return the result of `build` for this revision and key. Two threads at once may both run it."""
        with self._lock:
            if revision == self._revision and key in self._entries:
                return cast(T, self._entries[key])
        built = build()
        size = len(built) if isinstance(built, SharedJson) else 0
        with self._lock:
            is_full = len(self._entries) >= CACHE_SIZE or self._size + size > CACHE_BYTES
            if revision != self._revision or is_full:
                self._revision, self._entries, self._size = revision, {}, 0
            if key not in self._entries:
                self._entries[key] = built
                self._size += size
            return cast(T, self._entries[key])
