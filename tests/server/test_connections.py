"""The connection table lets new clients in by closing idle connections; the protocol enforces limits on
time."""

import asyncio
import socket
import struct
from collections.abc import Callable

import pytest
import uvicorn
from uvicorn.server import ServerState

from tests.server.conftest import CLEANUP
from webapp.server.connections import RESERVED, ConnectionTable, Limits
from webapp.server.protocol import LEAST_SPEED, SPEED_GRACE, Protocol

HEAD = b"POST / HTTP/1.1\r\nHost: localhost\r\n"


class Connection:
    """A connection that remembers whether it was closed."""

    def __init__(self, address: str = "10.0.0.7"):
        self.address = address
        self.is_closed = False

    def close_now(self) -> None:
        self.is_closed = True

    def check_time_limits(self, now: float) -> None:
        pass


def filled(limit: int, **limits) -> tuple[ConnectionTable, list[Connection]]:
    """Return a table that is full of connections of different addresses, and these, the oldest first."""
    table = ConnectionTable(Limits(connections=limit, **limits))
    connections = [Connection(f"10.0.1.{number}") for number in range(limit - min(RESERVED, limit // 2))]
    assert all(table.admit(connection) for connection in connections)
    return table, connections


async def test_table_closes_the_connection_that_is_idle_longest():
    table, connections = filled(100)
    table.mark_busy(connections[0])
    assert table.admit(Connection())
    assert [each.is_closed for each in connections[:3]] == [False, True, False]


async def test_table_closes_an_incomplete_head_where_none_is_idle():
    table, connections = filled(100)
    for connection in connections:
        table.mark_in_head(connection)
    assert table.admit(Connection())
    assert connections[0].is_closed


async def test_table_rejects_where_every_connection_is_busy_but_keeps_a_reserve():
    table, connections = filled(100)
    for connection in connections:
        table.mark_busy(connection)
    assert not table.admit(Connection())
    assert table.admit(Connection("127.0.0.1"))


async def test_table_gives_one_address_half_of_all_connections():
    table = ConnectionTable(Limits(connections=10))
    own = [Connection() for _ in range(6)]
    assert all(table.admit(connection) for connection in own)
    assert [each.is_closed for each in own] == [True] + [False] * 5
    assert len(table) == 5


async def test_table_does_not_limit_the_address_of_a_proxy():
    table = ConnectionTable(Limits(connections=10, limits_addresses=False))
    assert all(table.admit(Connection("127.0.0.1")) for _ in range(10))
    assert len(table) == 10


async def test_table_forgets_a_closed_connection_once():
    table = ConnectionTable(Limits(connections=10))
    connection = Connection()
    table.admit(connection)
    table.remove(connection)
    table.remove(connection)
    assert len(table) == 0


@pytest.fixture
def serve():
    """Return a function that serves an ASGI application and gives a client and the server's side of it."""

    async def connect(app, **limits):
        table, made = ConnectionTable(Limits(**limits)), []
        config = uvicorn.Config(app, http=Protocol, ws="none", lifespan="off", log_config=None)
        state = ServerState()

        def build() -> Protocol:
            made.append(Protocol(config, state, {"connections": table}))
            return made[-1]

        server = await asyncio.get_running_loop().create_server(build, "127.0.0.1", 0)
        reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname()[:2])
        CLEANUP.get().callback(server.close)
        CLEANUP.get().callback(writer.close)
        while not made:
            await asyncio.sleep(0)
        return reader, writer, made[0]

    return connect


async def echo(scope, receive, send):
    """Answer with 200 when the body has come."""
    while (await receive()).get("more_body"):
        pass
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"0")]})
    await send({"type": "http.response.body", "body": b""})


async def received(protocol: Protocol, is_there: Callable[[], bool]) -> float:
    """Let the event loop run until the server has received something; return the time of its clock."""
    while not is_there():
        await asyncio.sleep(0)
    return protocol.loop.time()


async def test_protocol_ends_a_slow_head(serve):
    reader, writer, protocol = await serve(echo, head_timeout=10)
    writer.write(HEAD)
    now = await received(protocol, lambda: protocol.scope is not None)
    protocol.check_time_limits(now + 9)
    assert not protocol.transport.is_closing()
    protocol.check_time_limits(now + 11)
    assert (await reader.read()).startswith(b"HTTP/1.1 408 ")


async def test_protocol_ends_a_slow_body(serve):
    reader, writer, protocol = await serve(echo)
    writer.write(HEAD + b"Content-Length: 100000\r\n\r\n" + b"1" * 100)
    now = await received(protocol, lambda: protocol.cycle is not None)
    protocol.check_time_limits(now + SPEED_GRACE - 1)
    assert not protocol.transport.is_closing()
    protocol.check_time_limits(now + SPEED_GRACE + 1)
    assert (await reader.read()).startswith(b"HTTP/1.1 408 ")
    assert LEAST_SPEED * SPEED_GRACE > 100


async def test_protocol_closes_an_idle_connection_and_keeps_it_before(serve):
    reader, writer, protocol = await serve(echo, idle_timeout=60)
    writer.write(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
    assert (await reader.readuntil(b"\r\n\r\n")).startswith(b"HTTP/1.1 200 ")
    protocol.check_time_limits(protocol.loop.time() + 59)
    assert not protocol.transport.is_closing()
    protocol.check_time_limits(protocol.loop.time() + 61)
    assert await reader.read() == b""


async def test_protocol_ends_a_client_that_does_not_read(serve):
    async def send_much(scope, receive, send):
        await send({"type": "http.response.start", "status": 200, "headers": []})
        while not protocol.transport.is_closing():
            await send({"type": "http.response.body", "body": bytes(1_000_000), "more_body": True})

    reader, writer, protocol = await serve(send_much)
    writer.transport.pause_reading()
    writer.write(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
    now = await received(protocol, lambda: protocol.flow.write_paused)
    protocol.check_time_limits(now)
    protocol.check_time_limits(now + SPEED_GRACE + 1)
    assert protocol.transport.is_closing()


async def test_protocol_ends_chunks_that_are_little_but_extensions(serve):
    reader, writer, protocol = await serve(echo)
    writer.write(HEAD + b"Transfer-Encoding: chunked\r\n\r\n1;" + b"x" * 60_000)
    assert (await reader.read()).startswith(b"HTTP/1.1 400 ")


async def test_protocol_ends_a_head_without_an_end(serve):
    reader, writer, protocol = await serve(echo)
    writer.write(b"GET / HTTP/1.1\r\nX: " + b"x" * 60_000)
    assert (await reader.read()).startswith(b"HTTP/1.1 431 ")


async def test_protocol_answers_pipelined_requests_up_to_a_limit(serve):
    reader, writer, protocol = await serve(echo)
    writer.write(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n" * 10)
    for _ in range(10):
        assert (await reader.readuntil(b"\r\n\r\n")).startswith(b"HTTP/1.1 200 ")
    writer.write(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n" * 40)
    assert b"HTTP/1.1 429 " in await reader.read()


async def test_each_request_hears_that_its_client_has_left(serve):
    heard = []

    async def app(scope, receive, send) -> None:
        await receive()
        heard.append((await receive())["type"])

    _, writer, protocol = await serve(app)
    writer.write(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n" * 3)
    while len(protocol.pipeline) < 2:
        await asyncio.sleep(0.001)
    writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()
    while not heard:
        await asyncio.sleep(0.001)
    assert set(heard) == {"http.disconnect"}
