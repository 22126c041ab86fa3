"""HTTP/1.1 connection of a simulated client, kept alive between requests."""

import asyncio

from benchmarks.load.http import closes_connection, find_end

REQUEST_TIMEOUT = 10.0  # seconds, as on the page


class Connection(asyncio.Protocol):
    """Sends one request at a time and reconnects when necessary."""

    def __init__(self, port: int):
        self._port = port
        self._transport: asyncio.Transport | None = None
        self._response: asyncio.Future | None = None
        self._received = b""

    async def send(self, request: bytes) -> bytes:
        """Send a request and return the complete response.

        Raises:
            ConnectionError: the connection was refused, reset or closed before the response was complete.
            TimeoutError: no complete response within REQUEST_TIMEOUT.
            ValueError: the server sent invalid HTTP.
        """
        was_open = self._transport is not None
        try:
            return await self._send(request)
        except ConnectionAbortedError:
            if not was_open or self._received:
                raise
        return await self._send(request)  # the server closed an idle connection: browsers retry

    async def _send(self, request: bytes) -> bytes:
        try:
            async with asyncio.timeout(REQUEST_TIMEOUT):
                loop = asyncio.get_running_loop()
                if self._transport is None:
                    await loop.create_connection(lambda: self, "127.0.0.1", self._port)
                self._received, self._response = b"", loop.create_future()
                self._transport.write(request)
                return await self._response
        except (TimeoutError, ValueError):
            self.close()
            raise

    def connection_made(self, transport: asyncio.Transport) -> None:
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._received += data
        if self._response is None or self._response.done():
            return
        try:
            if find_end(self._received) is None:
                return
        except ValueError as error:
            self._response.set_exception(error)
            return
        if closes_connection(self._received):
            self.close()
        self._response.set_result(self._received)

    def connection_lost(self, error: Exception | None) -> None:
        self._transport = None
        if self._response is not None and not self._response.done():
            self._response.set_exception(error or ConnectionAbortedError("the server closed the connection"))

    def close(self) -> None:
        """Close the connection; the next request opens a new one."""
        if self._transport is not None:
            self._transport.abort()
            self._transport = None
