"""Simulated browser: six keep-alive connections, pages with all their files, and an event stream."""

import asyncio
import gzip
import json
import re
from collections.abc import AsyncIterator

from benchmarks.load.connection import REQUEST_TIMEOUT, Connection
from benchmarks.load.http import body_of, header_of, make_request, status_of

CONNECTIONS = 6  # per server, the limit of browsers for HTTP/1.1
FILE = re.compile(r'(?:href|src)="(/static/[^"]+)"')
GZIP = {"Accept-Encoding": "gzip"}


class Browser:
    """Sends requests over a pool of connections; the most recently used free connection goes first."""

    def __init__(self, port: int):
        self._port = port
        self._connections = [Connection(port) for _ in range(CONNECTIONS)]
        self._free: asyncio.LifoQueue[Connection] = asyncio.LifoQueue()
        for connection in self._connections:
            self._free.put_nowait(connection)

    async def send(self, request: bytes) -> bytes:
        """Send a request and return the response. Raises ConnectionError, TimeoutError, ValueError."""
        connection = await self._free.get()
        try:
            return await connection.send(request)
        finally:
            self._free.put_nowait(connection)

    async def get(self, path: str, headers: dict | None = None) -> bytes:
        """Send a GET request and return the response."""
        return await self.send(make_request(self._port, "GET", path, headers=GZIP | (headers or {})))

    async def load(self, path: str) -> bytes:
        """Load a page with its styles, scripts and images. Return the response with the page.

        Raises:
            ValueError: a response has another status than 200.
        """
        page = await self.get(path)
        body = body_of(page)
        html = gzip.decompress(body) if header_of(page, "Content-Encoding") == "gzip" else body
        files = await asyncio.gather(*(self.get(file) for file in sorted(set(FILE.findall(html.decode())))))
        for response in (page, *files):
            if status_of(response) != 200:
                raise ValueError(f"expected 200 for all files of {path}, received {response[:60]!r}")
        return page

    async def follow(self, path: str, headers: dict) -> AsyncIterator[dict]:
        """Yield the data of the events of a stream, which occupies one of the connections.

        Raises:
            ConnectionError: the server rejects the request or ends the stream.
        """
        connection = await self._free.get()
        connection.close()
        reader, writer = await asyncio.open_connection("127.0.0.1", self._port)
        try:
            writer.write(make_request(self._port, "GET", path, headers=headers))
            async with asyncio.timeout(REQUEST_TIMEOUT):
                head = await reader.readuntil(b"\r\n\r\n")
            if status_of(head) != 200:
                raise ConnectionError(f"expected an event stream, received {head[:60]!r}")
            while size := int(await reader.readline() or b"0", 16):
                event = await reader.readexactly(size + 2)  # the server sends each event as one chunk
                if event.startswith(b"event: room\n"):
                    yield json.loads(event.split(b"data: ")[1])
            raise ConnectionError("the event stream ended")
        except asyncio.IncompleteReadError:
            raise ConnectionError("the event stream ended") from None
        finally:
            writer.close()
            self._free.put_nowait(connection)

    def close(self) -> None:
        """Close all connections."""
        for connection in self._connections:
            connection.close()
