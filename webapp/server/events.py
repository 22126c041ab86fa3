"""Server-sent events: notify pages of changes of the room.

    GET /api/room/events
    event: room
    data: {"revision":12,"present":30,"state":"5f3a-1b"}

    event: own
    data:

A page then fetches what it shows, with its ETag. `own` is for the phones of one participant: the presenter
approved or hid one of their drawings, or its vote ended. `?only=state` leaves out events for drawings and for
the number of participants, so that 300 phones are notified of a round but not of each other's drawings.
Changes of this process are sent at once; for those of other processes the database is polled three times a
second, once for all streams. The same streams carry the lab's newest run, see run_channels.py.
"""

import asyncio
import json
import logging
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import suppress
from dataclasses import replace
from itertools import islice

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from webapp.errors import BadRequest, Busy, InkwiseError
from webapp.room.live import Moment
from webapp.server.http import PARTICIPANT, read_cookie
from webapp.server.run_channels import Channel, RunChannels

POLL_INTERVAL = 0.3  # seconds between polls of the database for changes of other processes
MIN_INTERVAL = 0.1  # seconds between events
VOTES_INTERVAL = 1.0  # seconds between events for votes: each makes all phones fetch the state
PING_INTERVAL = 15.0  # seconds; a page that receives nothing for longer reconnects
OWN_BATCH = 5  # participants that receive `own` in each MIN_INTERVAL, after "approve all" too
PRESENCE_INTERVAL = 10.0  # seconds between records that the participants of open streams are present
PING = b"event: ping\ndata:\n\n"
OWN = b"event: own\ndata:\n\n"
ONLY_STATE = "state"

logger = logging.getLogger(__name__)


class EventHub:
    """All open event streams of this process.

    Args:
        read_moment: returns the room's present moment from the database, with what changed since a moment.
        find_participant: returns the id of the participant with a secret, or None.
        note_present: records that participants are present, by their ids.
        most: number of streams that may be open.
        channels: of the lab's newest run, or None.
    """

    def __init__(
        self,
        read_moment: Callable[[Moment | None], Moment],
        find_participant: Callable[[str], str | None],
        note_present: Callable[[Iterable[str]], None],
        most: int,
        channels: RunChannels | None = None,
    ):
        self._read_moment = read_moment
        self._find_participant = find_participant
        self._note_present = note_present
        self._most = most
        self._channels = channels
        self._streams: set[EventStream] = set()
        self._newest: Moment | None = None  # as sent to the open streams
        self._concerned: dict[str, None] = {}  # participants who will receive `own`, the first one first
        self._votes_at = float("-inf")  # loop time of the last event for votes
        self._changed = asyncio.Event()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._following: asyncio.Task | None = None

    def __len__(self) -> int:
        """Return the number of open streams."""
        return len(self._streams)

    async def open(self, secret: str, only_state: bool) -> "EventStream":
        """Return a new stream, which starts with an event.

        Args:
            secret: of the participant's cookie, or "".
            only_state: leave out events for drawings and the number of participants.

        Raises:
            Busy: too many streams are open.
            DatabaseUnavailable: the room cannot be read.
        """
        if len(self._streams) >= self._most:
            raise Busy(f"expected at most {self._most:,} event streams, received one more: poll instead")
        participant = await run_in_threadpool(self._find_participant, secret) if secret else None
        moment = self._newest
        if moment is None:
            moment = await run_in_threadpool(self._read_moment, None)
        stream = EventStream(only_state, participant, self._streams.discard)
        self._streams.add(stream)
        stream.offer(moment)
        if self._channels is not None:
            stream.follow(self._channels)
        if self._following is None:
            self._newest = moment
            self._loop = asyncio.get_running_loop()
            self._following = self._loop.create_task(self._follow(moment))
        return stream

    def notify(self) -> None:
        """Notify the streams that the room may have changed. Thread-safe."""
        if self._following is not None and self._loop is not None:
            with suppress(RuntimeError):  # the event loop has ended
                self._loop.call_soon_threadsafe(self._changed.set)

    def close(self) -> None:
        """End all streams. Pages continue by polling, and reconnect later."""
        for stream in self._streams:
            stream.end()
        self._streams.clear()

    async def _follow(self, known: Moment) -> None:
        """Watch for changes after the moment `known` while there are streams."""
        clock = asyncio.get_running_loop().time
        seen_at = clock()
        try:
            while self._streams:
                await self._wait_for_change()
                known = self._publish(known, await run_in_threadpool(self._read_moment, known), clock())
                self._publish_own(known.concerned)
                if clock() - seen_at >= PRESENCE_INTERVAL:
                    seen_at = clock()
                    present = {stream.participant for stream in self._streams if stream.participant}
                    await run_in_threadpool(self._note_present, present)
                await asyncio.sleep(MIN_INTERVAL)
        except InkwiseError as error:
            logger.info("Event streams end, since the room cannot be read: %s", error)
        except Exception:
            logger.exception("Event streams end")
        finally:
            self._following = self._newest = None
            self._concerned.clear()
            self.close()

    async def _wait_for_change(self) -> None:
        """Wait for a change or POLL_INTERVAL; not while participants wait for `own`."""
        if not self._concerned:
            with suppress(TimeoutError):
                async with asyncio.timeout(POLL_INTERVAL):
                    await self._changed.wait()
        self._changed.clear()

    def _publish(self, known: Moment, moment: Moment, now: float) -> Moment:
        """Offer a moment to all streams and return it, with the known votes if they were sent recently."""
        if moment.votes != known.votes:
            if now - self._votes_at < VOTES_INTERVAL and moment.state == known.state:
                moment = replace(moment, votes=known.votes)  # sent later
            else:
                self._votes_at = now
        self._newest = moment
        for stream in self._streams:
            stream.offer(moment)
        return moment

    def _publish_own(self, concerned: frozenset[str]) -> None:
        """Add participants to those who wait, and notify the next ones: each fetches their drawings."""
        if concerned:
            present = {stream.participant for stream in self._streams}
            self._concerned |= dict.fromkeys(sorted(concerned & present))
        due = set(islice(self._concerned, OWN_BATCH))
        if not due:
            return
        for participant in due:
            del self._concerned[participant]
        for stream in self._streams:
            if stream.participant in due:
                stream.offer_own()


class EventStream:
    """One open stream: an iterator over the bytes to send.

    Args:
        only_state: leave out events for drawings and the number of participants.
        participant: id of the client's participant, or None.
        on_end: called with the stream after its end.
    """

    def __init__(self, only_state: bool, participant: str | None, on_end: Callable[["EventStream"], None]):
        self.participant = participant
        self._only_state = only_state
        self._on_end = on_end
        self._moment: Moment | None = None  # the newest one that differs for this stream
        self._has_moment = self._has_own = False  # not sent yet
        self._channel: Channel | None = None
        self._update = 0  # number of the newest one that was sent
        self._is_ended = False
        self._news = asyncio.Event()

    def offer(self, moment: Moment) -> None:
        """Send this moment next unless it is the same for this stream; it replaces one that waits."""
        if self._moment is None or self._key(moment) != self._key(self._moment):
            self._moment, self._has_moment = moment, True
            self._news.set()

    def offer_own(self) -> None:
        """Send next that one of the participant's drawings has changed."""
        self._has_own = True
        self._news.set()

    def follow(self, channels: RunChannels) -> None:
        """Send updates of the lab's newest run, too."""
        self._channel = channels.join(self._news.set, is_phone=self._only_state)

    def end(self) -> None:
        """End the stream after the present event."""
        self._is_ended = True
        self._leave()
        self._news.set()

    async def __aiter__(self) -> AsyncIterator[bytes]:
        try:
            while not self._is_ended:
                try:
                    async with asyncio.timeout(PING_INTERVAL):
                        await self._news.wait()
                except TimeoutError:
                    yield PING
                    continue
                self._news.clear()
                if self._has_moment and self._moment is not None and not self._is_ended:
                    self._has_moment = False
                    yield encode(self._moment)
                if self._has_own and not self._is_ended:
                    self._has_own = False
                    yield OWN
                if self._channel is not None and not self._is_ended:
                    self._update, event = self._channel.after(self._update)
                    if event:
                        yield event
        finally:
            self._leave()
            self._on_end(self)

    def _leave(self) -> None:
        if self._channel is not None:
            self._channel.leave(self._news.set)

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
        """Return an open stream. Raises BadRequest, Busy, DatabaseUnavailable."""
        only = request.query_params.get("only")
        if only not in (None, ONLY_STATE):
            raise BadRequest(f"expected only as {ONLY_STATE!r} or left out, received {only[:40]!r}")
        headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}  # nginx must not buffer
        if request.method == "HEAD":
            return Response(headers=headers, media_type="text/event-stream")
        stream = await self._hub.open(read_cookie(request.scope, PARTICIPANT), only == ONLY_STATE)
        if (connection := request.scope["state"].get("connection")) is not None:
            connection.on_half_closed = stream.end  # browsers close their sending side first
            if connection.is_half_closed:
                stream.end()
        return StreamingResponse(aiter(stream), headers=headers, media_type="text/event-stream")
