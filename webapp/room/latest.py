"""What was built for the newest moment of the room, kept for everybody else who asks for the same."""

import threading
from collections.abc import Callable, Hashable

MOST = 100  # answers kept for one moment


class Latest:
    """A cache that forgets everything as soon as the room has changed."""

    def __init__(self):
        self._lock = threading.Lock()
        self._moment: Hashable = None
        self._kept: dict[Hashable, object] = {}

    def get(self, moment: Hashable, key: Hashable, build: Callable[[], object]):
        """Return what `build` gave for this moment and key. It may run twice where two ask at once."""
        with self._lock:
            if moment == self._moment and key in self._kept:
                return self._kept[key]
        built = build()
        with self._lock:
            if moment != self._moment or len(self._kept) >= MOST:
                self._moment, self._kept = moment, {}
            self._kept[key] = built
        return built
