"""Bind the socket, run uvicorn, and stop gracefully."""

import asyncio
import errno
import logging
import os
import signal
import socket
import sys
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import NoReturn

import uvicorn
from starlette.types import ASGIApp

from webapp.errors import SettingError
from webapp.server.protocol import Protocol
from webapp.settings import SPARE_FILES

FLUSH_TIME = 2.0  # seconds for the last lines of output
GRACE = 3  # seconds for running requests after a stop signal
UNSENT = 131_072  # bytes that the system holds for one connection before they are on their way
BACKLOG = 1024  # connections that may wait to be accepted, as when a whole room opens a page
STOP_SIGNALS = ("SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK")  # SIGBREAK: Ctrl-Break on Windows

logger = logging.getLogger(__name__)


class Server(uvicorn.Server):
    """A bound socket and the uvicorn server behind it.

    Args:
        config: the settings.
        application: the ASGI application.
        close_streams: called in the event loop after a stop signal.
        end_trainer: called in a thread at the same time; it may take seconds.

    Raises:
        SettingError: the host or port cannot be bound.
    """

    def __init__(
        self,
        config: Mapping,
        application: ASGIApp,
        close_streams: Callable[[], None],
        end_trainer: Callable[[], None],
    ):
        self._socket = bind(config["HOST"], config["PORT"])
        self._close_streams = close_streams
        self._end_trainer = end_trainer
        super().__init__(
            uvicorn.Config(
                application,
                http=Protocol,
                ws="none",
                lifespan="on",
                log_config=None,
                log_level="error",
                access_log=False,
                proxy_headers=False,
                server_header=False,
                backlog=BACKLOG,
                timeout_keep_alive=config["IDLE_TIMEOUT"],
                timeout_graceful_shutdown=GRACE,
            )
        )
        # Installed early, so that no signal is lost once the address is printed. uvicorn raises the signal
        # again at its end; then these handlers do nothing.
        for name in STOP_SIGNALS:
            # nohup ignores SIGHUP: then the server outlives its terminal.
            if hasattr(signal, name) and not _is_ignored_hangup(name):
                signal.signal(getattr(signal, name), self.handle_exit)

    @property
    def port(self) -> int:
        """The real port, also if the setting is 0."""
        return self._socket.getsockname()[1]

    def serve_until_stopped(self) -> None:
        """Serve until a stop signal; then finish running requests, for at most GRACE seconds."""
        self.run(sockets=[self._socket])

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """End streams and the trainer, accept no new connections, finish running requests."""
        self._close_streams()
        trainer_ends = asyncio.get_running_loop().run_in_executor(None, self._end_trainer)
        await super().shutdown(sockets)
        await trainer_ends


def end(code: int) -> NoReturn:
    """Exit without waiting for threads: one may hang in a request that timed out.

    Output that cannot be written within a moment is lost.
    """
    writer = threading.Thread(target=_flush, daemon=True)  # the reader of a full pipe may never read
    writer.start()
    writer.join(FLUSH_TIME)
    os._exit(code)


def _flush() -> None:
    for flush in (*(handler.flush for handler in logging.getLogger().handlers), *_stream_flushes()):
        with suppress(OSError, ValueError):
            flush()


def _stream_flushes() -> list[Callable[[], None]]:
    return [stream.flush for stream in (sys.stdout, sys.stderr) if stream is not None]


def _is_ignored_hangup(name: str) -> bool:
    return name == "SIGHUP" and signal.getsignal(signal.SIGHUP) == signal.SIG_IGN


def bind(host: str, port: int) -> socket.socket:
    """Return a listening socket. Raises SettingError."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        listener = socket.socket(family, kind, protocol)
    except (OSError, UnicodeError) as error:
        raise SettingError(f"expected a host of this computer, received {host!r}: {error}") from None
    # SO_REUSEADDR allows an immediate restart; on Windows it would share a port in use.
    option = getattr(socket, "SO_EXCLUSIVEADDRUSE", socket.SO_REUSEADDR)
    listener.setsockopt(socket.SOL_SOCKET, option, 1)
    if family == socket.AF_INET6 and socket.has_dualstack_ipv6():
        listener.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)  # :: accepts IPv4 too, on Windows too
    if hasattr(socket, "TCP_NOTSENT_LOWAT") and family in (socket.AF_INET, socket.AF_INET6):
        # Else the system buffers megabytes for each slow reader. Connections inherit the option.
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NOTSENT_LOWAT, UNSENT)
    try:
        listener.bind(address)
        listener.listen(BACKLOG)
    except OSError as error:
        listener.close()
        raise SettingError(_why_not(error, host, port)) from None
    return listener


def _why_not(error: OSError, host: str, port: int) -> str:
    if error.errno == errno.EADDRINUSE:
        return f"expected a free port, but {port} on {host} is taken; --port names another"
    if error.errno == errno.EACCES:
        return f"expected a port that may be used, but {port} is reserved; --port names another, such as 8000"
    return f"expected an address of this computer, received {host}:{port}: {error.strerror}"


def allow_open_files(connections: int) -> int:
    """Raise the limit of open files for this number of connections; return the number that it allows."""
    if sys.platform == "win32":
        return connections
    import resource  # does not exist on Windows

    wanted = connections + SPARE_FILES
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        soft = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    if soft == resource.RLIM_INFINITY or soft >= wanted:
        return connections
    allowed = max(soft - SPARE_FILES, 1)
    logger.warning(
        "expected to be allowed %d open files for %d connections, may open %d: %d connections can be open "
        "at the same time; ulimit -Hn sets it",
        *(wanted, connections, soft, allowed),
    )
    return allowed
