"""One phone's connection to the server, kept open between requests as browsers do."""

import asyncio

from benchmarks.load.http import closes, find_end

PATIENCE = 10.0  # seconds for one answer, as on the page


class Line(asyncio.Protocol):
    """Asks one thing at a time, and connects by itself, also anew."""

    def __init__(self, port: int):
        self._port = port
        self._transport: asyncio.Transport | None = None
        self._answer: asyncio.Future | None = None
        self._received = b""

    async def ask(self, request: bytes) -> bytes:
        """Return the whole answer to a whole request.

        Raises:
            ConnectionError: refused, reset or ended early.
            TimeoutError: nothing came within PATIENCE.
            ValueError: what came is no answer.
        """
        was_open = self._transport is not None
        try:
            return await self._ask(request)
        except ConnectionAbortedError:
            if not was_open or self._received:
                raise
        return await self._ask(request)  # the server had just ended it for its silence: browsers ask again

    async def _ask(self, request: bytes) -> bytes:
        try:
            async with asyncio.timeout(PATIENCE):
                loop = asyncio.get_running_loop()
                if self._transport is None:
                    await loop.create_connection(lambda: self, "127.0.0.1", self._port)
                self._received, self._answer = b"", loop.create_future()
                self._transport.write(request)
                return await self._answer
        except (TimeoutError, ValueError):
            self.close()
            raise

    def connection_made(self, transport: asyncio.Transport) -> None:
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._received += data
        if self._answer is None or self._answer.done():
            return
        try:
            if find_end(self._received) is None:
                return
        except ValueError as error:
            self._answer.set_exception(error)
            return
        if closes(self._received):
            self.close()
        self._answer.set_result(self._received)

    def connection_lost(self, error: Exception | None) -> None:
        self._transport = None
        if self._answer is not None and not self._answer.done():
            self._answer.set_exception(error or ConnectionAbortedError("the server ended the connection"))

    def close(self) -> None:
        """End the connection; the next request opens another."""
        if self._transport is not None:
            self._transport.abort()
            self._transport = None
