"""Cache of responses for the newest revision of the room."""

import threading
from collections.abc import Callable, Hashable

MOST = 100  # entries for one revision


class RevisionCache:
    """A cache that is cleared when the revision changes. Any thread may use it."""

    def __init__(self):
        self._lock = threading.Lock()
        self._revision: Hashable = None
        self._entries: dict[Hashable, object] = {}

    def get(self, revision: Hashable, key: Hashable, build: Callable[[], object]):
        """Return what `build` returned for this revision and key. Two threads at once may both run it."""
        with self._lock:
            if revision == self._revision and key in self._entries:
                return self._entries[key]
        built = build()
        with self._lock:
            if revision != self._revision or len(self._entries) >= MOST:
                self._revision, self._entries = revision, {}
            self._entries[key] = built
        return built
