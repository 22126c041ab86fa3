"""A PostgreSQL server for tests: a new cluster in a temporary folder, reachable by a Unix socket only."""

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import psycopg

from tests.waiting import TIMEOUT, wait_until

USER = "inkwise"
UNPRIVILEGED = ("postgres", "nobody")  # PostgreSQL refuses to run as root
# Durability is not needed, and few connections need little memory.
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
        program: path of `postgres`; `initdb` is in the same folder.
    """

    def __init__(self, program: str):
        self.folder = Path(tempfile.mkdtemp(prefix="inkwise-"))  # a socket path has at most 107 bytes
        self._program = Path(program).resolve()
        self._user = _unprivileged()
        if self._user:
            shutil.chown(self.folder, self._user)
        self._process: subprocess.Popen | None = None
        self._log = (self.folder / "log").open("wb")
        try:
            self._create_cluster()
            self.start()
        except BaseException:
            self.remove()
            raise

    def new_database(self) -> str:
        """Empty the database, end every connection to it, and return its URL for SQLAlchemy."""
        with self.connect() as connection:
            connection.execute(END_OTHERS)
            connection.execute("DROP SCHEMA public CASCADE")
            connection.execute("CREATE SCHEMA public")
        return f"postgresql+psycopg://{USER}@/postgres?host={self.folder}"

    def connect(self) -> psycopg.Connection:
        """Return a connection in autocommit mode."""
        return psycopg.connect(host=str(self.folder), user=USER, dbname="postgres", autocommit=True)

    def start(self) -> None:
        """Start the server and wait until it accepts connections."""
        settings = [f"-c{name}={value}" for name, value in SETTINGS.items()]
        command = [self._program, "-D", self.folder / "data", "-k", self.folder, *settings]
        self._process = subprocess.Popen(
            command, user=self._user, cwd=self.folder, stdout=self._log, stderr=self._log
        )
        wait_until(lambda: self._is_ready() or self._process.poll() is not None, "PostgreSQL to start")
        assert self._process.poll() is None, f"expected PostgreSQL to start, received {self._told()}"

    def stop(self) -> None:
        """Stop the server in fast mode: end all connections and write committed data to disk."""
        self._signal(signal.SIGINT)

    def _signal(self, number: int) -> None:
        if self._process and self._process.poll() is None:
            self._process.send_signal(number)
            self._process.wait(TIMEOUT)

    def remove(self) -> None:
        """Stop the server immediately and delete its folder."""
        self._signal(signal.SIGQUIT)
        self._log.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _create_cluster(self) -> None:
        command = [self._program.with_name("initdb"), "-D", self.folder / "data", "-U", USER]
        options = ["--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync"]
        subprocess.run(
            [*command, *options],
            user=self._user,
            cwd=self.folder,
            stdout=self._log,
            stderr=self._log,
            timeout=TIMEOUT,
            check=True,
        )

    def _is_ready(self) -> bool:
        with contextlib.suppress(psycopg.OperationalError), self.connect():
            return True
        return False

    def _read_log(self) -> str:
        return (self.folder / "log").read_text("utf-8", "replace")[-2000:]


def _unprivileged() -> str | None:
    """Return the user to run as; None if the current user is not root."""
    if sys.platform == "win32" or os.geteuid() != 0:
        return None
    import pwd  # does not exist on Windows

    known = {entry.pw_name for entry in pwd.getpwall()}
    return next(name for name in UNPRIVILEGED if name in known)
