"""Server-sent events: open streams tell pages at once that the room has changed.

    GET /api/room/events
    event: room
    data: {"revision":12,"present":30,"state":"5f3a-1b"}

A page then fetches what it shows, with its ETag. `?only=state` leaves out drawings and participants, so that
300 phones hear of a round and not of each other's ink. Changes of this process are sent at once; those of
other processes on the same database are looked for three times a second, once for all streams.
"""

import asyncio
import json
import logging
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import suppress
from dataclasses import replace

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from webapp.errors import BadRequest, Busy, InkwiseError
from webapp.room.live import Moment
from webapp.server.cookies import PARTICIPANT, read_cookie

LOOK_EVERY = 0.3  # seconds between two looks for changes of other processes
LEAST_PAUSE = 0.1  # seconds between two events, however fast the room changes
VOTES_PAUSE = 1.0  # seconds between two events for votes: each makes every phone fetch the state
PING_EVERY = 15.0  # seconds; a page that hears nothing for longer takes the stream for dead
SEE_EVERY = 10.0  # seconds between two notes that the participants of open streams are present
PING = b"event: ping\ndata:\n\n"
ONLY_STATE = "state"

logger = logging.getLogger(__name__)


class EventHub:
    """All open event streams of this process.

    Args:
        look: returns the room's present moment; it reads the database.
        find_participant: returns the id of the participant who holds a secret, None for others.
        see: notes that participants are present, by their ids.
        most: streams that may be open.
    """

    def __init__(
        self,
        look: Callable[[], Moment],
        find_participant: Callable[[str], str | None],
        see: Callable[[Iterable[str]], None],
        most: int,
    ):
        self._look = look
        self._find_participant = find_participant
        self._see = see
        self._most = most
        self._streams: set[EventStream] = set()
        self._newest: Moment | None = None  # as the open streams know it
        self._votes_at = float("-inf")  # loop time of the last event for votes
        self._changed = asyncio.Event()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._following: asyncio.Task | None = None

    def __len__(self) -> int:
        """Return how many streams are open."""
        return len(self._streams)

    async def open(self, secret: str, only_state: bool) -> "EventStream":
        """Return a new stream, whose first event is there already.

        Args:
            secret: of the participant's cookie, or "".
            only_state: leave out drawings and participants.

        Raises:
            Busy: too many streams are open.
            DatabaseUnavailable: the room cannot be read.
        """
        if len(self._streams) >= self._most:
            raise Busy(f"expected at most {self._most:,} event streams, received one more: poll instead")
        participant = await run_in_threadpool(self._find_participant, secret) if secret else None
        moment = self._newest if self._following else await run_in_threadpool(self._look)
        stream = EventStream(only_state, participant, self._streams.discard)
        self._streams.add(stream)
        stream.offer(moment)
        self._newest = self._newest or moment
        if self._following is None:
            self._loop = asyncio.get_running_loop()
            self._following = self._loop.create_task(self._follow())
        return stream

    def notify(self) -> None:
        """Tell that the room may have changed. Any thread may call it."""
        if self._following is not None:
            with suppress(RuntimeError):  # the event loop has ended
                self._loop.call_soon_threadsafe(self._changed.set)

    def close(self) -> None:
        """End all streams. Pages go on by polling, and open another one later."""
        for stream in self._streams:
            stream.end()
        self._streams.clear()

    async def _follow(self) -> None:
        """Look for changes while there are streams."""
        seen_at = self._loop.time()
        try:
            while self._streams:
                with suppress(TimeoutError):
                    async with asyncio.timeout(LOOK_EVERY):
                        await self._changed.wait()
                self._changed.clear()
                self._publish(await run_in_threadpool(self._look))
                if self._loop.time() - seen_at >= SEE_EVERY:
                    seen_at = self._loop.time()
                    present = {stream.participant for stream in self._streams if stream.participant}
                    await run_in_threadpool(self._see, present)
                await asyncio.sleep(LEAST_PAUSE)
        except InkwiseError as error:
            logger.info("Event streams end, since the room cannot be read: %s", error)
        except Exception:
            logger.exception("Event streams end")
        finally:
            self._following = self._newest = None
            self.close()

    def _publish(self, moment: Moment) -> None:
        known = self._newest
        if moment.votes != known.votes:
            now = self._loop.time()
            if now - self._votes_at < VOTES_PAUSE and moment.state == known.state:
                moment = replace(moment, votes=known.votes)  # told with a later look
            else:
                self._votes_at = now
        self._newest = moment
        for stream in self._streams:
            stream.offer(moment)


class EventStream:
    """One open stream: an iterator over the bytes to send.

    Args:
        only_state: leave out drawings and participants.
        participant: id of the participant at the other end, or None.
        on_end: called with the stream once it has ended.
    """

    def __init__(self, only_state: bool, participant: str | None, on_end: Callable[["EventStream"], None]):
        self.participant = participant
        self._only_state = only_state
        self._on_end = on_end
        self._moment: Moment | None = None  # the newest one that was offered and counts for this stream
        self._is_ended = False
        self._news = asyncio.Event()

    def offer(self, moment: Moment) -> None:
        """Send this moment next unless it is the same to this stream; one that still waits is replaced."""
        if self._moment is None or self._key(moment) != self._key(self._moment):
            self._moment = moment
            self._news.set()

    def end(self) -> None:
        """End the stream after what is being sent."""
        self._is_ended = True
        self._news.set()

    async def __aiter__(self) -> AsyncIterator[bytes]:
        try:
            while not self._is_ended:
                try:
                    async with asyncio.timeout(PING_EVERY):
                        await self._news.wait()
                except TimeoutError:
                    yield PING
                    continue
                self._news.clear()
                if not self._is_ended:
                    yield encode(self._moment)
        finally:
            self._on_end(self)

    def _key(self, moment: Moment) -> tuple:
        changes = (moment.state, moment.votes)
        return changes if self._only_state else (*changes, moment.revision, moment.present)


def encode(moment: Moment) -> bytes:
    """Return a moment as an event."""
    data = {
        "revision": moment.revision,
        "present": moment.present,
        "state": f"{moment.state}-{moment.votes}",
    }
    return f"event: room\ndata: {json.dumps(data, separators=(',', ':'))}\n\n".encode()


class EventsEndpoint:
    """The endpoint of the event streams."""

    def __init__(self, hub: EventHub):
        self._hub = hub

    async def answer(self, request: Request) -> Response:
        """Open a stream. Raises BadRequest, Busy, DatabaseUnavailable."""
        only = request.query_params.get("only")
        if only not in (None, ONLY_STATE):
            raise BadRequest(f"expected only as {ONLY_STATE!r} or left out, received {only[:40]!r}")
        headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}  # the latter is for nginx
        if request.method == "HEAD":
            return Response(headers=headers, media_type="text/event-stream")
        stream = await self._hub.open(read_cookie(request.scope, PARTICIPANT), only == ONLY_STATE)
        if (connection := request.scope["state"].get("connection")) is not None:
            connection.on_half_closed = stream.end  # a browser that leaves closes its side first
            if connection.is_half_closed:
                stream.end()
        return StreamingResponse(aiter(stream), headers=headers, media_type="text/event-stream")
