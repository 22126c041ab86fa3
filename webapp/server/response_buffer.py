"""Hold a whole response, so that a slow reader occupies a connection but no thread."""

from starlette.types import Message, Send

MOST_HELD = 8_000_000  # bytes; a longer response, such as an export, is passed on while it is made


class ResponseBuffer:
    """Collects the messages of one response.

    Args:
        send: sends a message to the client.
        most: bytes to hold.
    """

    def __init__(self, send: Send, most: int = MOST_HELD):
        self._send = send
        self._most = most
        self._size = 0
        self._messages: list[Message] | None = []  # None once messages are passed on

    async def send(self, message: Message) -> None:
        """Hold a message, or pass it on if the response is long."""
        if self._messages is None:
            return await self._send(message)
        self._messages.append(message)
        self._size += len(message.get("body", b""))
        if self._size > self._most:
            await self.flush()
        return None

    async def flush(self) -> None:
        """Send all messages held, and pass on later ones."""
        messages, self._messages = self._messages or [], None
        for message in messages:
            await self._send(message)
