"""Minimal HTTP/1.1 for load generators: build requests, and find the end and the fields of a response."""

import re

BYTES, JSON = "application/octet-stream", "application/json"
LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
CLOSE = re.compile(rb"\r\nconnection: *close", re.IGNORECASE)
WITHOUT_BODY = (204, 304)


def make_request(
    port: int,
    method: str,
    path: str,
    body: bytes = b"",
    content_type: str = BYTES,
    headers: dict | None = None,
) -> bytes:
    """Return the bytes of a request to `port` on this machine, with the headers that the pages send."""
    host = f"127.0.0.1:{port}"
    fields = {"Host": host} | (headers or {})
    if method not in ("GET", "HEAD"):
        fields |= {"Origin": f"http://{host}", "Content-Length": len(body)}
    if body:
        fields["Content-Type"] = content_type
    lines = [f"{method} {path} HTTP/1.1", *(f"{name}: {value}" for name, value in fields.items())]
    return "\r\n".join(lines).encode("ascii") + b"\r\n\r\n" + body


def find_end(received: bytes) -> int | None:
    """Return the length of the first response in `received`, or None while it is incomplete.

    Raises:
        ValueError: not HTTP, or without Content-Length.
    """
    head = received.find(b"\r\n\r\n")
    if head < 0:
        return None
    if status_of(received) in WITHOUT_BODY:
        return head + 4
    length = LENGTH.search(received, 0, head)
    if length is None:
        raise ValueError(f"expected a response with Content-Length, received {received[:60]!r}")
    end = head + 4 + int(length[1])
    return end if len(received) >= end else None


def status_of(response: bytes) -> int:
    """Return the status of a response, of which the first line suffices. Raises ValueError."""
    if not response.startswith(b"HTTP/1."):
        raise ValueError(f"expected an HTTP response, received {response[:60]!r}")
    return int(response[9:12])


def closes_connection(response: bytes) -> bool:
    """Return whether the server closes the connection after this response."""
    return CLOSE.search(response, 0, response.find(b"\r\n\r\n")) is not None


def body_of(response: bytes) -> bytes:
    """Return the body of a complete response."""
    return response[response.find(b"\r\n\r\n") + 4 :]


def header_of(response: bytes, name: str) -> str | None:
    """Return a header of a complete response, or None."""
    head = response[: response.find(b"\r\n\r\n")].decode("latin-1")
    for line in head.split("\r\n")[1:]:
        field, _, value = line.partition(":")
        if field.lower() == name.lower():
            return value.strip()
    return None
