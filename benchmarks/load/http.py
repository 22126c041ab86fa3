"""As little HTTP as a load generator needs: requests made beforehand, and where an answer ends."""

import re

BYTES, JSON = "application/octet-stream", "application/json"
LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
CLOSE = re.compile(rb"\r\nconnection: *close", re.IGNORECASE)
WITHOUT_BODY = (204, 304)


def make_request(
    port: int, method: str, path: str, body: bytes = b"", kind: str = BYTES, headers: dict | None = None
) -> bytes:
    """Return the bytes of one request to the server at a port of this machine, as its pages send it."""
    host = f"127.0.0.1:{port}"
    every = {"Host": host} | (headers or {})
    if method not in ("GET", "HEAD"):
        every |= {"Origin": f"http://{host}", "Content-Length": len(body)}
    if body:
        every["Content-Type"] = kind
    lines = [f"{method} {path} HTTP/1.1", *(f"{name}: {value}" for name, value in every.items())]
    return "\r\n".join(lines).encode("ascii") + b"\r\n\r\n" + body


def find_end(answer: bytes) -> int | None:
    """Return the length of the first whole answer in `answer`, None while some of it is missing.

    Raises:
        ValueError: the answer is no HTTP, or does not tell its length.
    """
    head = answer.find(b"\r\n\r\n")
    if head < 0:
        return None
    if status_of(answer) in WITHOUT_BODY:
        return head + 4
    length = LENGTH.search(answer, 0, head)
    if length is None:
        raise ValueError(f"expected an answer with its length, received {answer[:60]!r}")
    end = head + 4 + int(length[1])
    return end if len(answer) >= end else None


def status_of(answer: bytes) -> int:
    """Return the status of an answer of which at least the first line is there. Raises ValueError."""
    if not answer.startswith(b"HTTP/1."):
        raise ValueError(f"expected an answer in HTTP, received {answer[:60]!r}")
    return int(answer[9:12])


def closes(answer: bytes) -> bool:
    """Return whether the server ends the connection after this answer."""
    return CLOSE.search(answer, 0, answer.find(b"\r\n\r\n")) is not None


def body_of(answer: bytes) -> bytes:
    """Return the body of a whole answer."""
    return answer[answer.find(b"\r\n\r\n") + 4 :]


def header_of(answer: bytes, name: str) -> str | None:
    """Return a header of a whole answer, None where it has none."""
    head = answer[: answer.find(b"\r\n\r\n")].decode("latin-1")
    for line in head.split("\r\n")[1:]:
        found, _, value = line.partition(":")
        if found.lower() == name.lower():
            return value.strip()
    return None
