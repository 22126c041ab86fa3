"""One connection of the server: what is no HTTP is told in JSON, and what is too large is not kept."""

import json
import socket
import threading
from io import BytesIO

from waitress.channel import HTTPChannel
from waitress.parser import HTTPRequestParser, ParsingError
from waitress.receiver import FixedStreamReceiver
from waitress.task import ErrorTask
from waitress.utilities import BadRequest, RequestEntityTooLarge

from webapp.crowd import Task
from webapp.loop import Loop

# A sender reads our 413 only after it was allowed to send the whole body, so bodies over the limit are
# received up to this size. Beyond it the connection is cut.
LARGEST_BODY = 32_000_000  # bytes
LARGE_BODIES = ("/api/room/import",)  # paths that keep what they receive up to there


class JsonErrorTask(ErrorTask):
    """Tell of requests that are no HTTP in the same JSON as every other error."""

    def execute(self) -> None:
        error = self.request.error
        if error.code == 501:  # an unknown Transfer-Encoding is the sender's doing
            error = BadRequest(error.body)
        code = error.reason.lower().replace(" ", "_")
        message = error.body
        if error.code < 500:
            message = f"expected a well-formed HTTP request, received one with: {error.body}"
        body = json.dumps({"error": {"code": code, "message": message}}).encode()
        self.status = f"{error.code} {error.reason}"
        self.response_headers.append(("Content-Type", "application/json"))
        self.set_close_on_finish()
        self.content_length = len(body)
        self.write(body)


class _Nothing:
    """A buffer that forgets what is put into it."""

    def append(self, data: bytes) -> None:
        pass

    def getfile(self) -> BytesIO:
        return BytesIO()

    def close(self) -> None:
        pass


class Parser(HTTPRequestParser):
    path = ""  # waitress logs the path even of a request that is too broken to have one
    most = LARGEST_BODY  # bytes of a body that are kept, in memory or on the disk

    def parse_header(self, header_plus: bytes) -> None:
        """Read the head, and see to it that of a body which is refused anyway nothing is kept."""
        try:
            super().parse_header(header_plus)
        except ValueError:  # an address that is none, or a length of thousands of digits
            raise ParsingError("an address or a Content-Length that cannot be read") from None
        if self.content_length > self.most and self.path not in LARGE_BODIES:
            self.body_rcv = FixedStreamReceiver(self.content_length, _Nothing())

    def received(self, data: bytes) -> int:
        """Take in what has come; a body in chunks ends where it is too large, since none tells its length."""
        consumed = super().received(data)
        if self.completed:  # without a body, or with all of it: there is nothing to be told to go on with
            self.expect_continue = False
        is_too_large = self.chunked and self.body_bytes_received > self.most
        if is_too_large and not self.completed and self.path not in LARGE_BODIES:
            self.error = RequestEntityTooLarge(f"more than {self.most:,} bytes in its body")
            self.completed = True
        return consumed


class Channel(HTTPChannel):
    """A connection that tells the loop when it has to be looked at, and sends an answer in one piece."""

    parser_class: type[Parser] = Parser
    task_class = Task
    error_task_class = JsonErrorTask
    loop: Loop
    is_at_work = False  # whether a thread answers a request of this connection
    _is_sending = False
    _held = b""

    def add_channel(self, map: dict | None = None) -> None:
        super().add_channel(map)
        self.loop.note(self)

    def del_channel(self, map: dict | None = None) -> None:
        self.loop.forget(self._fileno)
        super().del_channel(map)
        self.loop.note(self.server)  # which may have waited for a place that is free now

    def service(self) -> None:
        self.is_at_work = True
        self.loop.note(self)
        try:
            super().service()
        finally:
            with self.requests_lock:  # another thread may have begun with the next one
                self.is_at_work = self.connected and bool(self.requests)

    def readable(self) -> bool:
        """Return whether the loop is to read; where all ends, not what would be a new request."""
        is_idle = not self.requests and self.request is None
        return super().readable() and not (self.loop.is_ending and is_idle)

    def writable(self) -> bool:
        """Return whether the loop that waits for all sockets is to send what is left of an answer.

        Not while a thread is sending it: the socket is writable all along, so the loop would go round and
        round without waiting, and keep the interpreter from the very thread that it waits for.
        """
        return not self._is_sending and super().writable()

    def _flush_some(self, do_close: bool = True) -> bool:
        """Send what is left, one thread at a time; a connection that is broken is closed by the loop's alone.

        Otherwise the loop could be about to wait for a file that has just become another connection's.
        """
        with self.outbuf_lock:
            self._is_sending = True
            try:
                return super()._flush_some(do_close and threading.get_ident() == self.loop.thread)
            finally:
                self._is_sending = False

    def hold(self, head: bytes) -> None:
        """Keep the head of an answer until `write_soon` has some of its body to send with it, or `let_go`."""
        self._held = head

    def let_go(self) -> None:
        """Send a head that is still held."""
        if self._held:
            self.write_soon(b"")

    def write_soon(self, data) -> int:
        if self._held and isinstance(data, bytes):
            data, self._held = self._held + data, b""
        return super().write_soon(data)

    def check_client_disconnected(self) -> bool:
        """Return whether the client has closed its side, without taking from what it sent."""
        ours = self.socket  # None once the loop has closed it
        try:
            return not self.connected or ours is None or ours.recv(1, socket.MSG_PEEK) == b""
        except BlockingIOError:
            return False  # open and silent, as a client that waits is
        except OSError:
            return True


def make_channel(most: int, loop: Loop) -> type[Channel]:
    """Return the channel of a server that keeps at most `most` bytes of a body."""
    parser = type("Parser", (Parser,), {"most": most})
    return type("Channel", (Channel,), {"parser_class": parser, "loop": loop})
