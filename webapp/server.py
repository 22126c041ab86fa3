"""Listen, serve a room full of browsers with waitress, and stop without dropping an answer."""

import errno
import logging
import os
import select
import signal
import socket
import sys
import time
from typing import NoReturn

from flask import Flask
from waitress import create_server, wasyncore

from webapp.channel import LARGEST_BODY, make_channel
from webapp.crowd import Lines
from webapp.errors import SettingError
from webapp.loop import Loop

WITHOUT_POLL = 480  # connections; Windows' select takes 512 sockets, and some are the server's own
OWN_SOCKETS = 2  # that waitress counts among the connections: the one that listens, and one to wake the loop
SPARE_FILES = 100  # open files beside the connections' own: models, logs, static files
FILES_EACH = 2  # of a connection: its socket, and a large body that is on its way
GRACE = 2.5  # seconds that answers under way may take after the order to stop
NEARLY = 0.8  # share of the time an answer may take; a line that took so long would be too late for the next
BACKLOG = 1024  # connections that may knock at once, as a whole room does that opens the page
LOOP_TIMEOUT = 1.0  # seconds; Windows notices Ctrl-C only between two rounds

logger = logging.getLogger(__name__)


class Server:
    """A bound socket and the waitress server behind it.

    Raises:
        SettingError: the host or the port cannot be listened on.
    """

    def __init__(self, app: Flask):
        config = app.config
        has_poll = hasattr(select, "poll")
        connections = config["CONNECTIONS"] if has_poll else min(config["CONNECTIONS"], WITHOUT_POLL)
        connections = _allow_open_files(connections)
        self._loop = Loop()
        self._is_stopping = False
        patience = NEARLY * config["ANSWER_DEADLINE"]
        self._lines = Lines(config["THREADS"], config["DESKS"], config["QUEUE_SIZE"], patience)
        self._waitress = create_server(
            app,
            _dispatcher=self._lines,
            map=self._loop.sockets,
            sockets=[_bind(config["HOST"], config["PORT"])],
            threads=config["THREADS"],
            connection_limit=connections + OWN_SOCKETS,
            channel_timeout=config["CHANNEL_TIMEOUT"],
            max_request_body_size=max(LARGEST_BODY, config["MAX_BODY"]),
            backlog=BACKLOG,
            ident=None,
            # The application believes what proxies say only where PROXIES says that there are some.
            clear_untrusted_proxy_headers=False,
        )
        self._waitress.channel_class = make_channel(config["MAX_BODY"], self._loop)
        self._accept_one = self._waitress.handle_accept
        self._waitress.handle_accept = self._accept_all
        app.extensions["predictor"].waiting_before = self._lines.predictions.__len__
        config["PORT"] = self._waitress.effective_port  # phones are told it; any free one may have been taken
        self._await_orders()  # already here, so that no order is lost once the address is told

    @property
    def address(self) -> str:
        """The address to open in a browser on this computer."""
        host, port = self._waitress.effective_host, self._waitress.effective_port
        host = {"0.0.0.0": "127.0.0.1", "::": "[::1]", "::1": "[::1]"}.get(host, host)
        return f"http://{host}:{port}"

    def run(self) -> None:
        """Serve until SIGTERM or Ctrl-C; then finish what is under way, for GRACE seconds at most."""
        while not self._is_stopping:
            self._loop.turn(LOOP_TIMEOUT)
        self._drain()

    def _await_orders(self) -> None:
        for name in ("SIGINT", "SIGTERM", "SIGBREAK"):  # SIGBREAK: Ctrl-Break on Windows
            if hasattr(signal, name):
                signal.signal(getattr(signal, name), self._stop)

    def _accept_all(self) -> None:
        """Take all that knock: waitress would take one, and let the next wait for another round."""
        before, sockets = -1, self._loop.sockets
        while before < len(sockets) < self._waitress.adj.connection_limit:
            before = len(sockets)
            self._accept_one()

    def _stop(self, signal_number: int, frame: object) -> None:
        if not self._is_stopping:
            self._is_stopping = True
            self._waitress.pull_trigger()  # ends the round that waits

    def _drain(self) -> None:
        self._loop.forget(self._waitress._fileno)
        wasyncore.dispatcher.close(self._waitress)  # no new connections; those there are stay open
        self._loop.end()
        give_up_at = time.monotonic() + GRACE
        while self._is_answering() and time.monotonic() < give_up_at:
            self._loop.turn(timeout=0.1)
        self._waitress.task_dispatcher.shutdown(timeout=0.5)
        self._loop.turn(timeout=0)  # what the last ones have left to send
        self._loop.close()

    def _is_answering(self) -> bool:
        channels = list(self._waitress.active_channels.values())
        return any(each.requests or each.request or each.total_outbufs_len for each in channels)


def end(code: int) -> NoReturn:
    """End the process without Python's own tidying up.

    A thread may still be inside TensorFlow, loading a model or answering late; TensorFlow aborts, or
    hangs, when Python takes its thread away there. Every answer has been sent by now.
    """
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


def _bind(host: str, port: int) -> socket.socket:
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        listener = socket.socket(family, kind, protocol)
    except (OSError, UnicodeError) as error:
        raise SettingError(f"expected a host of this computer, received {host!r}: {error}") from None
    # Elsewhere the option lets a server start again at once; on Windows it would share a taken port.
    taking = socket.SO_EXCLUSIVEADDRUSE if sys.platform == "win32" else socket.SO_REUSEADDR
    listener.setsockopt(socket.SOL_SOCKET, taking, 1)
    try:
        listener.bind(address)
        listener.listen()
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


def _allow_open_files(connections: int) -> int:
    """Have the system allow the files that so many connections need, and return how many it lets them be.

    A server that takes more than that finds no file for whoever knocks next, again and again.
    """
    if sys.platform == "win32":
        return connections
    import resource  # does not exist on Windows

    wanted = FILES_EACH * connections + SPARE_FILES
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        soft = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    if soft == resource.RLIM_INFINITY or soft >= wanted:
        return connections
    fitting = max(soft - SPARE_FILES, 1)  # large bodies are rare
    logger.warning(
        "expected to be allowed %d open files for %d connections, may open %d: %d browsers can be "
        "connected at the same time, and others wait; ulimit -Hn sets it",
        *(wanted, connections, soft, fitting),
    )
    return fitting
