"""uvicorn's HTTP/1.1 protocol with limits on request heads and bodies, and on slow clients.

uvicorn accepts a protocol class as its `http` setting. This one counts the bytes and lines of each request
head while it is parsed (by httptools), and tracks the state of the connection. The connection table checks
the time limits once a second.
"""

import asyncio
import json
import math
from collections.abc import Callable

import httptools
import uvicorn
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.server import ServerState

from webapp.errors import BadRequest
from webapp.server.connections import ConnectionTable

HEAD_BYTES = 32_000  # of a request line with all header lines
HEAD_LINES = 100
READ_SIZE = 16_384  # bytes parsed at once
PIPELINED = 16  # requests that a client may send before the first response
CHUNK_OVERHEAD = 32_000  # bytes of chunk sizes, extensions and trailers, beyond one for each body byte
SPEED_GRACE = 15.0  # seconds without a minimum speed
MIN_SPEED = 500  # bytes a second after that, for bodies and readers
MAPPED = "::ffff:"  # prefix of IPv4 addresses at a socket that accepts IPv6 and IPv4 (RFC 4291)


class Protocol(HttpToolsProtocol):
    """One connection.

    The application's lifespan state holds the ConnectionTable as "connections"; each request's state holds
    this object as "connection".
    """

    def __init__(
        self,
        config: uvicorn.Config,
        server_state: ServerState,
        app_state: dict,
        _loop: asyncio.AbstractEventLoop | None = None,
    ):
        super().__init__(config, server_state, app_state, _loop)
        self.table: ConnectionTable = app_state["connections"]
        self.address = ""
        self.is_half_closed = False  # the client has closed its sending side
        self.on_half_closed: Callable[[], None] | None = None  # ends an event stream
        self._unanswered: list = []  # uvicorn's request cycles without a complete response
        self._idle_since: float | None = None  # loop time; None while there is a request
        self._head_since: float | None = None  # loop time; None while no head is incomplete
        self._body_since: float | None = None  # loop time; None while no body is incomplete
        self._sending_since: tuple[float, int] | None = None  # loop time, unsent bytes at that time
        self._slow_since: float | None = None  # loop time; None while all is sent
        self._head_bytes = self._head_lines = self._pending_bytes = 0
        self._body_bytes = self._received_bytes = 0
        self._rejection = (400, "bad_request", "expected a well-formed HTTP request, received another text")

    @property
    def is_disconnected(self) -> bool:
        """Whether the client has closed its connection, or at least its sending side."""
        return self.is_half_closed or self.transport.is_closing()

    @property
    def unsent(self) -> int:
        """The bytes that the client has not read yet."""
        return self.transport.get_write_buffer_size()

    @property
    def sending_since(self) -> float:
        """The loop time since when there are unsent bytes, as seen by `check_time_limits`."""
        return math.inf if self._slow_since is None else self._slow_since

    # asyncio.Protocol

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override] # as uvicorn has it
        super().connection_made(transport)
        if self.client:
            self.address = self.client[0].removeprefix(MAPPED)
            self.client = self.address, self.client[1]
        self._idle_since = self.loop.time()
        if not self.table.admit(self):
            transport.abort()

    def connection_lost(self, exc: Exception | None) -> None:
        self.table.remove(self)
        # uvicorn notifies only the newest of pipelined requests.
        for cycle in self._unanswered:
            cycle.disconnected = True
            cycle.message_event.set()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        for start in range(0, len(data), READ_SIZE):
            if self.transport.is_closing():
                return
            self._feed(data[start : start + READ_SIZE])

    def eof_received(self) -> bool | None:  # type: ignore[override] # asyncio accepts True
        """Keep the connection open for the response to a running request."""
        if self.cycle is None or self.cycle.response_complete or self._body_since is not None:
            return None
        self.is_half_closed = True
        if self.on_half_closed is not None:
            self.on_half_closed()
        self.cycle.keep_alive = False
        return True

    def resume_writing(self) -> None:
        self._sending_since = None  # most of what was unsent has been sent
        super().resume_writing()

    # Parser callbacks

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self.scope["state"]["connection"] = self
        self._head_bytes = self._head_lines = 0
        self._idle_since, self._head_since = None, self.loop.time()
        self.table.mark_in_head(self)

    def on_url(self, url: bytes) -> None:
        self._count_head(len(url))
        super().on_url(url)

    def on_header(self, name: bytes, value: bytes) -> None:
        self._head_lines += 1
        self._count_head(len(name) + len(value))
        super().on_header(name, value)

    def on_headers_complete(self) -> None:
        if len(self.pipeline) >= PIPELINED:
            self._reject(
                429, "too_many_requests", f"expected at most {PIPELINED} requests before their responses"
            )
        if self.parser.should_upgrade() and self._has_body():
            # The parser expects another protocol after the head, and would report an empty body.
            self._reject(
                400,
                "bad_request",
                "expected no Upgrade header with a body, received one; use HTTP/1.1 without it",
            )
        self._head_since, self._body_since = None, self.loop.time()
        self._body_bytes = self._received_bytes = 0
        self.table.mark_busy(self)
        super().on_headers_complete()
        self._unanswered.append(self.cycle)

    def on_body(self, body: bytes) -> None:
        self._body_bytes += len(body)
        if self._body_bytes > self.table.limits.largest_body:
            most = self.table.limits.largest_body
            self._reject(413, "too_large", f"expected at most {most:,} bytes in the body, received more")
        super().on_body(body)

    def on_message_complete(self) -> None:
        self._body_since = None
        super().on_message_complete()
        self._become_idle()

    def on_response_complete(self) -> None:
        self._unanswered = [cycle for cycle in self._unanswered if not cycle.response_complete]
        if self.cycle.response_complete:
            self.cycle.body = bytearray()  # an unread body would live as long as the connection
        super().on_response_complete()
        self._become_idle()

    # Time limits

    def check_time_limits(self, now: float) -> None:
        limits = self.table.limits
        if self._is_read_too_slowly(now):
            self.abort()
        elif self.transport.is_closing():
            return  # the client still reads the last response
        elif self._idle_since is not None and now - self._idle_since > limits.idle_timeout:
            self.transport.close()
        elif self._head_since is not None and now - self._head_since > limits.head_timeout:
            self._time_out(f"expected the request head within {limits.head_timeout:g} seconds")
        elif self._body_since is not None and self._is_too_slow(now):
            self._time_out(f"expected a body of at least {MIN_SPEED} bytes a second")

    def abort(self) -> None:
        self.transport.abort()

    def send_400_response(self, msg: str) -> None:
        """Send the error for a request that cannot be parsed, and close the connection."""
        status, code, message = self._rejection
        self._send_error(status, code, message)

    def _feed(self, data: bytes) -> None:
        super().data_received(data)
        if self.transport.is_closing():
            return
        # The parser reports complete lines only; bytes of an incomplete line are counted here.
        self._pending_bytes = self._pending_bytes + len(data) if self._head_since is not None else 0
        self._received_bytes += len(data)
        if self._body_since is not None and self.cycle.response_complete:
            self._pause_reading(self.table.discard(len(data), self.loop.time()))
        if self._pending_bytes > HEAD_BYTES:
            self._send_error(431, *TOO_LARGE_HEAD)
        elif self._body_since and self._received_bytes > 2 * self._body_bytes + CHUNK_OVERHEAD:
            self._send_error(
                400, "bad_request", "expected chunks of data, received little else than their sizes"
            )

    def _pause_reading(self, seconds: float) -> None:
        self.flow.pause_reading()
        self.loop.call_later(seconds, self._resume_reading)

    def _resume_reading(self) -> None:
        if not self.transport.is_closing():
            self.flow.resume_reading()

    def _has_body(self) -> bool:
        headers = dict(self.headers)
        return b"transfer-encoding" in headers or int(headers.get(b"content-length", 0)) > 0

    def _count_head(self, count: int) -> None:
        self._head_bytes += count
        if self._head_bytes > HEAD_BYTES or self._head_lines > HEAD_LINES:
            self._reject(431, *TOO_LARGE_HEAD)

    def _reject(self, status: int, code: str, message: str) -> None:
        """Stop the parser. Raises HttpParserError, for which uvicorn calls `send_400_response`."""
        self._rejection = (status, code, message)
        raise httptools.HttpParserError(message)

    def _become_idle(self) -> None:
        is_answered = self.cycle is not None and self.cycle.response_complete
        if is_answered and self._body_since is None and self._head_since is None and not self.pipeline:
            self._idle_since = self.loop.time()
            self.table.mark_idle(self)

    def _is_too_slow(self, now: float) -> bool:
        if self.flow.read_paused or self._body_since is None:  # the application does not read
            return False
        seconds = now - self._body_since
        return seconds > SPEED_GRACE and self._body_bytes < MIN_SPEED * seconds

    def _is_read_too_slowly(self, now: float) -> bool:
        unsent = self.transport.get_write_buffer_size()
        if not unsent:
            self._sending_since = self._slow_since = None
            return False
        self._slow_since = now if self._slow_since is None else self._slow_since
        since, unsent_then = self._sending_since or (now, unsent)
        self._sending_since = (since, unsent_then)
        if now - since <= SPEED_GRACE:
            return False
        self._sending_since = (now, unsent)
        return unsent_then - unsent < MIN_SPEED * (now - since)

    def _time_out(self, message: str) -> None:
        has_body = self._body_since is not None
        if has_body and self.cycle is not None and self.cycle.response_started:
            self.transport.abort()  # the response has started
        else:
            self._send_error(408, "request_timeout", message)

    def _send_error(self, status: int, code: str, message: str) -> None:
        self.table.note_rejection(code, status)
        error = BadRequest(message)
        error.code = code
        body = json.dumps(error.to_json()).encode()
        head = (
            f"HTTP/1.1 {status} {REASONS[status]}\r\nContent-Type: application/json\r\n"
            f"Content-Length: {len(body)}\r\nConnection: close\r\n\r\n"
        )
        self.transport.write(head.encode() + body)
        self.transport.close()


TOO_LARGE_HEAD = (
    "request_header_fields_too_large",
    f"expected a well-formed HTTP request, with a head of at most {HEAD_BYTES:,} bytes and {HEAD_LINES} "
    "lines, received more",
)
REASONS = {
    400: "Bad Request",
    408: "Request Timeout",
    413: "Content Too Large",
    429: "Too Many Requests",
    431: "Request Header Fields Too Large",
}
