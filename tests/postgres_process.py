"""A PostgreSQL of the tests' own: a new cluster in a temporary folder, reached by a socket in it alone."""

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import psycopg

PATIENCE = 120.0  # seconds it may take to be made or to start
USER = "inkwise"
UNPRIVILEGED = ("postgres", "nobody")  # PostgreSQL refuses to run as root
# Nothing here has to survive a power cut, and few connections need little memory.
SETTINGS = {
    "listen_addresses": "",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "shared_buffers": "32MB",
    "max_connections": "60",
}

END_OTHERS = """
    SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()
"""


class PostgresProcess:
    """A running PostgreSQL.

    Args:
        program: path of `postgres`; `initdb` lies beside it.
    """

    def __init__(self, program: str):
        self.folder = Path(tempfile.mkdtemp(prefix="inkwise-"))  # a short path: a socket's may have 107 bytes
        self._program = Path(program).resolve()
        self._who = _unprivileged()
        if self._who:
            shutil.chown(self.folder, self._who)
        self._process: subprocess.Popen | None = None
        self._log = (self.folder / "log").open("wb")
        try:
            self._make()
            self.start()
        except BaseException:
            self.remove()
            raise

    def new_database(self) -> str:
        """Empty the database, end every connection to it, and return its address for SQLAlchemy."""
        with self.connect() as connection:
            connection.execute(END_OTHERS)
            connection.execute("DROP SCHEMA public CASCADE")
            connection.execute("CREATE SCHEMA public")
        return f"postgresql+psycopg://{USER}@/postgres?host={self.folder}"

    def connect(self) -> psycopg.Connection:
        """Return a connection that commits each statement."""
        return psycopg.connect(host=str(self.folder), user=USER, dbname="postgres", autocommit=True)

    def start(self) -> None:
        """Start the server, and wait until it answers."""
        settings = [f"-c{name}={value}" for name, value in SETTINGS.items()]
        command = [self._program, "-D", self.folder / "data", "-k", self.folder, *settings]
        self._process = subprocess.Popen(
            command, user=self._who, cwd=self.folder, stdout=self._log, stderr=self._log
        )
        tick, give_up_at = threading.Event(), time.monotonic() + PATIENCE
        while not self._answers():
            assert self._process.poll() is None, f"expected PostgreSQL to start, received {self._told()}"
            assert time.monotonic() < give_up_at, f"expected PostgreSQL to answer, received {self._told()}"
            tick.wait(0.05)

    def stop(self) -> None:
        """Stop the server, whoever is connected, with all that was committed on the disk."""
        self._end(signal.SIGINT)

    def _end(self, number: int) -> None:
        if self._process and self._process.poll() is None:
            self._process.send_signal(number)
            self._process.wait(PATIENCE)

    def remove(self) -> None:
        """End the server at once, and leave nothing of it behind."""
        self._end(signal.SIGQUIT)
        self._log.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _make(self) -> None:
        command = [self._program.with_name("initdb"), "-D", self.folder / "data", "-U", USER]
        options = ["--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync"]
        subprocess.run(
            [*command, *options],
            user=self._who,
            cwd=self.folder,
            stdout=self._log,
            stderr=self._log,
            timeout=PATIENCE,
            check=True,
        )

    def _answers(self) -> bool:
        with contextlib.suppress(psycopg.OperationalError), self.connect():
            return True
        return False

    def _told(self) -> str:
        return (self.folder / "log").read_text("utf-8", "replace")[-2000:]


def _unprivileged() -> str | None:
    """Return the user to run as; None where this one will do."""
    if sys.platform == "win32" or os.geteuid() != 0:
        return None
    import pwd  # does not exist on Windows

    known = {entry.pw_name for entry in pwd.getpwall()}
    return next(name for name in UNPRIVILEGED if name in known)
