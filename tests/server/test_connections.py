"""The connection table closes idle connections for new clients; the protocol enforces time limits."""

import asyncio
import math
import socket
import struct
from collections.abc import Callable

import pytest
import uvicorn
from uvicorn.server import ServerState

from tests.server.conftest import CLEANUP
from webapp.asgi import create_asgi
from webapp.server.connections import (
    DISCARD_RATE,
    LARGEST_UNSENT,
    RESERVED,
    SWEEP_INTERVAL,
    ConnectionTable,
    Limits,
)
from webapp.server.protocol import HEAD_BYTES, HEAD_LINES, MIN_SPEED, SPEED_GRACE, Protocol

HEAD = b"POST / HTTP/1.1\r\nHost: localhost\r\n"


class Connection:
    """A connection that records whether it was closed."""

    def __init__(self, address: str = "10.0.0.7"):
        self.address = address
        self.is_closed = False
        self.checked_at: list[float] = []

    unsent, sending_since = 0, math.inf

    def check_time_limits(self, now: float) -> None:
        self.checked_at.append(now)

    def abort(self) -> None:
        self.is_closed = True


def fill_table(limit: int, **limits) -> tuple[ConnectionTable, list[Connection]]:
    """Return a full table and its connections, the oldest first, each from another address."""
    table = ConnectionTable(Limits(connections=limit, **limits))
    connections = [Connection(f"10.0.1.{number}") for number in range(limit - min(RESERVED, limit // 2))]
    assert all(table.admit(connection) for connection in connections)
    return table, connections


async def test_table_closes_the_longest_idle_connection():
    table, connections = fill_table(100)
    table.mark_busy(connections[0])
    assert table.admit(Connection())
    assert [each.is_closed for each in connections[:3]] == [False, True, False]


async def test_table_closes_an_incomplete_head_if_none_is_idle():
    table, connections = fill_table(100)
    for connection in connections:
        table.mark_in_head(connection)
    assert table.admit(Connection())
    assert connections[0].is_closed


async def test_table_rejects_when_busy_but_reserves_loopback():
    table, connections = fill_table(100)
    for connection in connections:
        table.mark_busy(connection)
    assert not table.admit(Connection())
    assert table.admit(Connection("127.0.0.1"))


async def test_table_limits_one_address_to_half_the_connections():
    table = ConnectionTable(Limits(connections=10))
    connections = [Connection() for _ in range(6)]
    assert all(table.admit(connection) for connection in connections)
    assert [each.is_closed for each in connections] == [True] + [False] * 5
    assert len(table) == 5


async def test_table_closes_connections_of_the_greedy_address_only():
    table, other = ConnectionTable(Limits(connections=100)), Connection("10.0.0.8")
    table.admit(other)  # idle longest
    connections = [Connection() for _ in range(60)]
    assert all(table.admit(connection) for connection in connections)
    assert [each.is_closed for each in connections] == [True] * 10 + [False] * 50
    assert not other.is_closed


async def test_table_does_not_limit_the_address_of_a_proxy():
    table = ConnectionTable(Limits(connections=10, limits_addresses=False))
    assert all(table.admit(Connection("127.0.0.1")) for _ in range(10))
    assert len(table) == 10


async def test_table_checks_time_limits_while_connections_are_open(monkeypatch):
    scheduled = []
    monkeypatch.setattr(
        asyncio.get_running_loop(), "call_later", lambda *arguments: scheduled.append(arguments)
    )
    table, connection = ConnectionTable(Limits()), Connection()
    table.admit(connection)
    for count in (1, 2):
        delay, sweep = scheduled.pop()
        assert (delay, scheduled) == (SWEEP_INTERVAL, [])
        sweep()
        assert len(connection.checked_at) == count
    table.remove(connection)
    scheduled.pop()[1]()
    assert (len(connection.checked_at), scheduled) == (2, [])


@pytest.mark.parametrize("proxies", [0, 1])
async def test_table_has_the_limits_of_the_settings(app, proxies):
    app.config.update(CONNECTIONS=77, IDLE_TIMEOUT=12, HEAD_TIMEOUT=3.0, TRUSTED_PROXIES=proxies)
    application = create_asgi(app)
    async with application.router.lifespan_context(application) as state:
        limits = state["connections"].limits
    assert (limits.connections, limits.idle_timeout, limits.head_timeout) == (77, 12, 3.0)
    assert limits.limits_addresses == (proxies == 0)  # behind a proxy all clients share its address


async def test_table_closes_the_slowest_readers_of_too_many_bytes():
    table, connections = fill_table(100)
    for number, connection in enumerate(connections[:5]):
        connection.unsent, connection.sending_since = LARGEST_UNSENT // 4, 10.0 - number
    table._sweep()
    assert [each.is_closed for each in connections[:6]] == [False] * 4 + [True, False]


async def test_table_limits_the_rate_of_discarded_bytes():
    table = ConnectionTable(Limits())
    assert table.discard(DISCARD_RATE, now=100) == 1
    assert table.discard(DISCARD_RATE, now=100) == 2  # of another connection
    assert table.discard(DISCARD_RATE, now=110) == 1


async def test_table_removes_a_closed_connection_once():
    table = ConnectionTable(Limits(connections=10))
    connection = Connection()
    table.admit(connection)
    table.remove(connection)
    table.remove(connection)
    assert len(table) == 0


@pytest.fixture
def serve():
    """Return a function that serves an application and returns reader, writer and protocol of one client."""

    async def connect(app, listener: socket.socket | None = None, **limits):
        table, made = ConnectionTable(Limits(**limits)), []
        config = uvicorn.Config(
            app, http=Protocol, ws="none", lifespan="off", log_config=None, timeout_keep_alive=3600
        )
        state = ServerState()

        def build() -> Protocol:
            made.append(Protocol(config, state, {"connections": table}))
            return made[-1]

        listener = listener or socket.create_server(("127.0.0.1", 0))
        server = await asyncio.get_running_loop().create_server(build, sock=listener)
        reader, writer = await asyncio.open_connection("127.0.0.1", listener.getsockname()[1])
        CLEANUP.get().callback(server.close)
        CLEANUP.get().callback(writer.close)
        while not made:
            await asyncio.sleep(0)
        return reader, writer, made[0]

    return connect


async def echo(scope, receive, send):
    """Respond with 200 after the whole body."""
    while (await receive()).get("more_body"):
        pass
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"0")]})
    await send({"type": "http.response.body", "body": b""})


async def exchange(serve, data: bytes, **limits) -> bytes:
    """Send bytes, close the sending side, and return all that the server sends before it closes as well."""
    reader, writer, _ = await serve(echo, **limits)
    writer.write(data)
    writer.write_eof()  # without it, a server that accepts the bytes would wait for more
    return await reader.read()


async def received(protocol: Protocol, is_there: Callable[[], bool]) -> float:
    """Run the event loop until `is_there` is true; return the loop's time in seconds."""
    while not is_there():
        await asyncio.sleep(0)
    return protocol.loop.time()


async def test_protocol_times_out_a_slow_head(serve):
    reader, writer, protocol = await serve(echo, head_timeout=10)
    writer.write(HEAD)
    now = await received(protocol, lambda: protocol.scope is not None)
    protocol.check_time_limits(now + 9)
    assert not protocol.transport.is_closing()
    protocol.check_time_limits(now + 11)
    assert protocol.transport.is_closing()
    assert (await reader.read()).startswith(b"HTTP/1.1 408 ")


async def test_protocol_times_out_a_slow_body(serve):
    reader, writer, protocol = await serve(echo)
    writer.write(HEAD + b"Content-Length: 100000\r\n\r\n" + b"1" * 100)
    now = await received(protocol, lambda: protocol.cycle is not None)
    protocol.check_time_limits(now + SPEED_GRACE - 1)
    assert not protocol.transport.is_closing()
    protocol.check_time_limits(now + SPEED_GRACE + 1)
    assert protocol.transport.is_closing()
    assert (await reader.read()).startswith(b"HTTP/1.1 408 ")
    assert MIN_SPEED * SPEED_GRACE > 100


async def test_protocol_closes_a_connection_after_the_idle_timeout(serve):
    reader, writer, protocol = await serve(echo, idle_timeout=60)
    writer.write(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
    assert (await reader.readuntil(b"\r\n\r\n")).startswith(b"HTTP/1.1 200 ")
    protocol.check_time_limits(protocol.loop.time() + 59)
    assert not protocol.transport.is_closing()
    protocol.check_time_limits(protocol.loop.time() + 61)
    assert protocol.transport.is_closing()
    assert await reader.read() == b""


async def test_protocol_disconnects_a_client_that_does_not_read(serve):
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


async def send_large(scope, receive, send):
    """Respond at once with more bytes than the system buffers for a client that does not read."""
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": bytes(20_000_000)})


async def connect_without_reading(serve, **limits) -> tuple[asyncio.StreamWriter, Protocol]:
    """Return a client that leaves a complete response unread, and its protocol."""
    _, writer, protocol = await serve(send_large, **limits)
    writer.transport.pause_reading()
    writer.write(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
    await received(protocol, lambda: protocol.cycle is not None and protocol.cycle.response_complete)
    assert protocol.unsent > 0
    return writer, protocol


async def test_table_closes_a_connection_with_unsent_bytes_at_once(serve):
    _, protocol = await connect_without_reading(serve, connections=1)
    assert protocol.table.admit(Connection("127.0.0.1"))
    assert protocol.unsent == 0  # otherwise the connection would stay open outside the table


@pytest.mark.parametrize("data", [b"", HEAD])
async def test_protocol_aborts_a_closing_connection_that_is_not_read(serve, data):
    """After the idle timeout, and after an error."""
    writer, protocol = await connect_without_reading(serve, idle_timeout=1, head_timeout=1)
    writer.write(data)
    now = await received(protocol, lambda: not data or protocol.scope is not protocol.cycle.scope)
    protocol.check_time_limits(now + 2)
    assert protocol.transport.is_closing()
    assert protocol.unsent > 0
    protocol.check_time_limits(now + SPEED_GRACE + 3)
    assert protocol.unsent == 0


async def test_protocol_counts_what_it_discards(serve):
    async def reject(scope, receive, send):
        await send({"type": "http.response.start", "status": 413, "headers": [(b"content-length", b"0")]})
        await send({"type": "http.response.body", "body": b""})

    reader, writer, protocol = await serve(reject)
    writer.write(HEAD + b"Content-Length: 1000\r\n\r\n")
    assert (await reader.readuntil(b"\r\n\r\n")).startswith(b"HTTP/1.1 413 ")
    assert protocol.table.discard(0, now=0) == 0
    writer.write(b"1" * 999)
    await received(protocol, lambda: protocol._body_bytes == 999)
    assert protocol.table.discard(0, now=0) > 0


async def test_protocol_reads_the_body_of_an_answered_request_slowly(serve):
    async def reject(scope, receive, send):
        await received(protocol, lambda: protocol.cycle.body)
        await send({"type": "http.response.start", "status": 413, "headers": [(b"content-length", b"0")]})
        await send({"type": "http.response.body", "body": b""})

    reader, writer, protocol = await serve(reject)
    writer.write(HEAD + b"Content-Length: 1000000\r\n\r\n" + b"1" * 100)
    assert (await reader.readuntil(b"\r\n\r\n")).startswith(b"HTTP/1.1 413 ")
    assert protocol.cycle.body == b""
    writer.write(b"1" * 100_000)
    await received(protocol, lambda: protocol.flow.read_paused)
    await received(protocol, lambda: not protocol.flow.read_paused)
    writer.write(b"1" * 899_900 + b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")  # the connection goes on
    await received(protocol, lambda: protocol.scope["method"] == "GET")


UPGRADE = HEAD + b"Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AA\r\n"


@pytest.mark.parametrize(
    "rest",
    [b"Content-Length: 3\r\n\r\n123", b"Transfer-Encoding: chunked\r\n\r\n3\r\n123\r\n0\r\n\r\n"],
)
async def test_protocol_rejects_an_upgrade_with_a_body(serve, rest):
    """The parser expects another protocol after the head, so the body would be lost."""
    answer = await exchange(serve, UPGRADE + rest)
    assert answer.startswith(b"HTTP/1.1 400 ")
    assert b"expected no Upgrade header with a body, received one; use HTTP/1.1 without it" in answer


@pytest.mark.parametrize("rest", [b"\r\n", b"Content-Length: 0\r\n\r\n"])
async def test_protocol_ignores_an_upgrade_without_a_body(serve, rest):
    assert (await exchange(serve, UPGRADE + rest)).startswith(b"HTTP/1.1 200 ")


async def test_protocol_rejects_oversized_chunk_extensions(serve):
    data = HEAD + b"Transfer-Encoding: chunked\r\n\r\n1;" + b"x" * 60_000
    assert (await exchange(serve, data)).startswith(b"HTTP/1.1 400 ")


async def test_protocol_rejects_an_endless_head(serve):
    data = b"GET / HTTP/1.1\r\nX: " + b"x" * 60_000
    assert (await exchange(serve, data)).startswith(b"HTTP/1.1 431 ")


@pytest.mark.parametrize(
    "lines",
    [
        [b"X: " + b"x" * HEAD_BYTES],  # complete before it is counted as pending
        [b"X: " + b"x" * 999] * (HEAD_BYTES // 1000 + 1),
        [b"a: b"] * (HEAD_LINES + 1),
    ],
)
async def test_protocol_rejects_a_large_head(serve, lines):
    data = b"\r\n".join([b"GET / HTTP/1.1", *lines, b"", b""])
    assert (await exchange(serve, data)).startswith(b"HTTP/1.1 431 ")


async def test_protocol_rejects_a_large_body(serve):
    data = HEAD + b"Content-Length: 1001\r\n\r\n" + b"1" * 1001
    assert (await exchange(serve, data, largest_body=1000)).startswith(b"HTTP/1.1 413 ")


async def test_protocol_counts_its_errors(app, serve):
    application, noted = create_asgi(app), []
    async with application.router.lifespan_context(application) as state:
        assert state["connections"].note_rejection == app.extensions["monitor"].note_rejection
    reader, writer, protocol = await serve(echo)
    protocol.table.note_rejection = lambda *arguments: noted.append(arguments)
    writer.write(b"a digit, please\r\n\r\n")
    assert (await reader.read()).startswith(b"HTTP/1.1 400 ")
    assert noted == [("bad_request", 400)]


async def test_protocol_aborts_a_connection_that_the_table_rejects(serve):
    reader, _, protocol = await serve(echo, connections=0)
    assert protocol.transport.is_closing()
    assert await reader.read() == b""


@pytest.mark.skipif(not socket.has_dualstack_ipv6(), reason="no IPv6 on this computer")
async def test_protocol_reports_ipv4_clients_of_an_ipv6_socket_as_such(serve):
    seen = []

    async def app(scope, receive, send):
        seen.append(scope["client"][0])
        await echo(scope, receive, send)

    listener = socket.create_server(("::", 0), family=socket.AF_INET6, dualstack_ipv6=True)
    reader, writer, protocol = await serve(app, listener=listener)
    writer.write(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
    await reader.readuntil(b"\r\n\r\n")
    assert [*seen, protocol.address] == ["127.0.0.1", "127.0.0.1"]


async def test_protocol_limits_pipelined_requests(serve):
    reader, writer, protocol = await serve(echo)
    writer.write(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n" * 10)
    for _ in range(10):
        assert (await reader.readuntil(b"\r\n\r\n")).startswith(b"HTTP/1.1 200 ")
    writer.write(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n" * 40)
    writer.write_eof()
    assert b"HTTP/1.1 429 " in await reader.read()


async def test_protocol_sends_disconnect_to_each_pipelined_request(serve):
    received_types = []

    async def app(scope, receive, send) -> None:
        await receive()
        received_types.append((await receive())["type"])

    _, writer, protocol = await serve(app)
    writer.write(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n" * 3)
    while len(protocol.pipeline) < 2:
        await asyncio.sleep(0.001)
    writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()
    while not received_types:
        await asyncio.sleep(0.001)
    assert set(received_types) == {"http.disconnect"}
