"""A browser as the server sees it: six connections that stay open, pages with all their files, an event
stream."""

import asyncio
import gzip
import json
import re
from collections.abc import AsyncIterator

from benchmarks.load.http import body_of, header_of, make_request, status_of
from benchmarks.load.line import PATIENCE, Line

CONNECTIONS = 6  # to one server, as all browsers have them
FILE = re.compile(r'(?:href|src)="(/static/[^"]+)"')
GZIP = {"Accept-Encoding": "gzip"}


class Browser:
    """Sends requests over whichever of its connections is free; the one used last is taken first."""

    def __init__(self, port: int):
        self._port = port
        self._lines = [Line(port) for _ in range(CONNECTIONS)]
        self._free: asyncio.LifoQueue[Line] = asyncio.LifoQueue()
        for line in self._lines:
            self._free.put_nowait(line)

    async def ask(self, request: bytes) -> bytes:
        """Return the whole answer. Raises ConnectionError, TimeoutError, ValueError."""
        line = await self._free.get()
        try:
            return await line.ask(request)
        finally:
            self._free.put_nowait(line)

    async def get(self, path: str, headers: dict | None = None) -> bytes:
        """Return the whole answer to a GET."""
        return await self.ask(make_request(self._port, "GET", path, headers=GZIP | (headers or {})))

    async def load(self, path: str) -> bytes:
        """Load a page with its styles, scripts and pictures, and return the answer with the page.

        Raises:
            ValueError: one of them is not there.
        """
        page = await self.get(path)
        body = body_of(page)
        html = gzip.decompress(body) if header_of(page, "Content-Encoding") == "gzip" else body
        files = await asyncio.gather(*(self.get(file) for file in sorted(set(FILE.findall(html.decode())))))
        for answer in (page, *files):
            if status_of(answer) != 200:
                raise ValueError(f"expected 200 for all files of {path}, received {answer[:60]!r}")
        return page

    async def follow(self, path: str, headers: dict) -> AsyncIterator[dict]:
        """Yield the data of the events of a stream, which takes one of the connections.

        Raises:
            ConnectionError: the server does not give a stream, or has ended it.
        """
        line = await self._free.get()
        line.close()
        reader, writer = await asyncio.open_connection("127.0.0.1", self._port)
        try:
            writer.write(make_request(self._port, "GET", path, headers=headers))
            async with asyncio.timeout(PATIENCE):
                head = await reader.readuntil(b"\r\n\r\n")
            if status_of(head) != 200:
                raise ConnectionError(f"expected a stream, received {head[:60]!r}")
            while size := int(await reader.readline() or b"0", 16):
                event = await reader.readexactly(size + 2)  # the server sends each as one chunk
                if event.startswith(b"event: room\n"):
                    yield json.loads(event.split(b"data: ")[1])
            raise ConnectionError("the stream has ended")
        except asyncio.IncompleteReadError:
            raise ConnectionError("the stream has ended") from None
        finally:
            writer.close()
            self._free.put_nowait(line)

    def close(self) -> None:
        """Close all connections."""
        for line in self._lines:
            line.close()
