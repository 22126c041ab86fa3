"""Call an ASGI application in the test's own event loop, so that many requests run at the same time."""

from starlette.types import ASGIApp, Message


async def request(
    application: ASGIApp,
    method: str,
    path: str,
    body: bytes = b"",
    kind: str = "application/json",
    address: str = "127.0.0.1",
) -> int:
    """Return the status of the response; exceptions of the application pass through."""
    statuses = []
    headers = [
        (b"host", b"localhost"), (b"content-type", kind.encode()), (b"content-length", b"%d" % len(body)),
    ]  # fmt: skip

    async def receive() -> Message:
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: Message) -> None:
        if message["type"] == "http.response.start":
            statuses.append(message["status"])

    scope = {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": method, "scheme": "http",
        "path": path, "raw_path": path.encode(), "root_path": "", "query_string": b"", "headers": headers,
        "client": (address, 50_000), "server": ("localhost", 80), "state": {},
    }  # fmt: skip
    await application(scope, receive, send)
    return statuses[0]
