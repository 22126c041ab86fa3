"""A page of the lab without a browser: requests, and the event stream."""

import http.client
import json
import threading
import time
from collections.abc import Callable

TIMEOUT = 300.0  # seconds


class LabClient:
    """Opens the lab of a server on this machine and follows its events.

    Attributes:
        news: the newest event.
    """

    def __init__(self, port: int):
        self._port = port
        self._changed = threading.Condition()
        self.news: dict = {}
        self._stream = http.client.HTTPConnection("127.0.0.1", port, timeout=TIMEOUT)
        self._stream.request("GET", "/api/lab/events")
        self._lines = self._stream.getresponse()
        threading.Thread(target=self._follow, daemon=True).start()

    def __enter__(self) -> "LabClient":
        return self

    def __exit__(self, *exception: object) -> None:
        if self._stream.sock is not None:
            self._stream.sock.shutdown(2)  # ends the thread's read

    def presenter_cookie(self, link: str) -> dict[str, str]:
        """Return the header with the cookie that the presenter's link gives."""
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=TIMEOUT)
        connection.request("GET", link)
        cookie = connection.getresponse().headers["Set-Cookie"]
        connection.close()
        return {"Cookie": cookie.partition(";")[0]}

    def request(
        self, method: str, path: str, body: dict | None = None, cookies: dict[str, str] | None = None
    ) -> dict:
        """Return the JSON of a response. Raises AssertionError for an error."""
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=TIMEOUT)
        headers = ({"Content-Type": "application/json"} if body is not None else {}) | (cookies or {})
        connection.request(method, path, None if body is None else json.dumps(body), headers)
        response = connection.getresponse()
        content = response.read()
        connection.close()
        assert response.status < 300, content
        return json.loads(content) if content else {}

    def open(self) -> None:
        """Start the trainer and wait until it is warm."""
        self.request("POST", "/api/lab/open", {})
        self.wait(lambda news: news.get("status") == "idle")

    def train(self, **spec: object) -> int:
        """Start a run and return its number."""
        return self.request("POST", "/api/lab/runs", {"spec": spec})["id"]

    def control(self, action: str) -> None:
        self.request("POST", "/api/lab/control", {"action": action})

    def wait(self, condition: Callable[[dict], bool]) -> float:
        """Wait for an event for which `condition` is true; return the seconds that it took."""
        started = time.perf_counter()
        with self._changed:
            assert self._changed.wait_for(lambda: condition(self.news), TIMEOUT), self.news
        return time.perf_counter() - started

    def wait_for_end(self, run: int) -> dict:
        """Wait until a run has ended, and return its summary."""
        self.wait(lambda news: is_ended(news, run))
        return self.news["run"]

    def _follow(self) -> None:
        try:
            for line in self._lines:
                if line.startswith(b"data: {"):
                    with self._changed:
                        self.news = json.loads(line[6:])
                        self._changed.notify_all()
        except (OSError, http.client.HTTPException, ValueError, AttributeError):
            pass  # closed


def is_ended(news: dict, run: int) -> bool:
    """Return whether an event says that a run has ended."""
    found = news.get("run") or {}
    return found.get("id") == run and found["status"] in ("done", "stopped", "failed")


def has_point(news: dict, run: int) -> bool:
    """Return whether an event says that a run has made a step."""
    found = news.get("run") or {}
    return found.get("id") == run and found["step"] > 0
