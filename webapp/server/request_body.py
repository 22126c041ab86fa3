"""Read a request's body in the event loop, so that a slow client never holds a thread."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO

from starlette.requests import ClientDisconnect
from starlette.types import Message, Receive, Scope

from webapp.errors import TooLarge
from webapp.server.responses import find_header

IN_MEMORY = 1_000_000  # bytes of a body that are kept in memory; more goes to a temporary file
PART = 65_536  # bytes that are handed on at once


@contextmanager
def body_file() -> Iterator[BinaryIO]:
    """Give a file for one body, which is deleted at the end of the block."""
    with tempfile.SpooledTemporaryFile(IN_MEMORY) as file:
        yield file


async def read_body(scope: Scope, receive: Receive, file: BinaryIO, most: int) -> int:
    """Write a request's body into `file`, rewind it, and return the number of bytes.

    Raises:
        TooLarge: more than `most` bytes; by Content-Length that is known before the body has come.
        ClientDisconnect: the client has closed the connection.
    """
    length = find_header(scope, b"content-length")
    if length.isdecimal() and int(length) > most:
        raise _too_large(most)
    size, more = 0, True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientDisconnect
        body, more = message.get("body", b""), message.get("more_body", False)
        size += len(body)
        if size > most:
            raise _too_large(most)
        file.write(body)
    file.seek(0)
    return size


def replay(scope: Scope, file: BinaryIO, size: int) -> tuple[Scope, Receive]:
    """Return a scope with the body's length, and a `receive` that gives the body from `file`."""
    dropped = (b"content-length", b"transfer-encoding")
    headers = [pair for pair in scope["headers"] if pair[0] not in dropped]
    if size or len(headers) < len(scope["headers"]):
        headers.append((b"content-length", b"%d" % size))
    left = size

    async def receive() -> Message:
        nonlocal left
        part = file.read(PART)
        left -= len(part)
        return {"type": "http.request", "body": part, "more_body": left > 0}

    return scope | {"headers": headers}, receive


def _too_large(most: int) -> TooLarge:
    return TooLarge(f"expected at most {most:,} bytes, received more")
