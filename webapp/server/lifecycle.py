"""Bind the address, serve with uvicorn, and stop without dropping a response."""

import errno
import logging
import os
import signal
import socket
import sys
from collections.abc import Callable, Mapping
from typing import NoReturn

import uvicorn
from starlette.types import ASGIApp

from webapp.errors import SettingError
from webapp.server.protocol import Protocol

SPARE_FILES = 100  # open files beside the connections' own: models, logs, static files, the database
GRACE = 3  # seconds that responses under way may take after the order to stop
BACKLOG = 1024  # connections that may wait to be accepted, as when a whole room opens the page
STOP_SIGNALS = ("SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK")  # SIGBREAK: Ctrl-Break on Windows

logger = logging.getLogger(__name__)


class Server(uvicorn.Server):
    """A bound socket and the uvicorn server behind it.

    Args:
        config: the settings.
        application: answers the requests.
        before_stop: called when the order to stop has come, to end what would not end by itself.

    Raises:
        SettingError: the host or the port cannot be listened on.
    """

    def __init__(self, config: Mapping, application: ASGIApp, before_stop: Callable[[], None]):
        self._socket = bind(config["HOST"], config["PORT"])
        self._before_stop = before_stop
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
        # From here on, so that no signal is lost once the address has been printed. uvicorn raises each
        # signal that stopped it once more at its end; then these handlers do nothing.
        for name in STOP_SIGNALS:
            if hasattr(signal, name):
                signal.signal(getattr(signal, name), self.handle_exit)

    @property
    def port(self) -> int:
        """The port that is listened on; the system has chosen one where 0 was asked for."""
        return self._socket.getsockname()[1]

    def serve_until_stopped(self) -> None:
        """Serve until a stop signal; then finish what is under way, for GRACE seconds at most."""
        self.run(sockets=[self._socket])

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Stop: no new connections, idle ones are closed, responses under way are finished."""
        self._before_stop()
        await super().shutdown(sockets)


def end(code: int) -> NoReturn:
    """End the process without waiting for its threads: one may hang in a request that was given up.

    Every response has been sent by now.
    """
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


def bind(host: str, port: int) -> socket.socket:
    """Return a socket that listens. Raises SettingError in one sentence."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        listener = socket.socket(family, kind, protocol)
    except (OSError, UnicodeError) as error:
        raise SettingError(f"expected a host of this computer, received {host!r}: {error}") from None
    # Elsewhere the option lets a server start again at once; on Windows it would share a taken port.
    option = socket.SO_EXCLUSIVEADDRUSE if sys.platform == "win32" else socket.SO_REUSEADDR
    listener.setsockopt(socket.SOL_SOCKET, option, 1)
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
    """Raise the process's limit of open files for so many connections, and return how many it then allows."""
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
