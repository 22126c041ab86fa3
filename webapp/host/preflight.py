"""The checks before the show, each with what was found and advice.

A computer cannot check everything, above all whether the Wi-Fi lets phones reach a laptop. Such checks have
`ok` None, and advice on how a person can find out.
"""

import json
import shutil
import sys
import time
import urllib.request
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http.client import HTTPException
from pathlib import Path

import psutil
from sqlalchemy import func, select, update

from webapp.errors import InkwiseError
from webapp.host.public_url import PublicUrl
from webapp.nets.store import FAILED, LOADING, WARM, ModelStore
from webapp.room import clock
from webapp.room.retention import ADVICE, Retention
from webapp.room.storage.database import Database
from webapp.room.storage.disk_space import FOR_DRAWINGS, MEGABYTE
from webapp.room.storage.schema import drawings, room
from webapp.settings import IS_INSTALLED, SPARE_FILES

TIMEOUT = 3.0  # seconds until an address counts as unreachable
ENOUGH_SPACE = 500  # MB; a drawing takes 3 kB, but the system needs space too
SLOW_WRITE = 250  # milliseconds; two drawings a second need to be stored
RECENT = 300.0  # seconds since another device reached the server
OPEN_COMMAND = (
    "inkwise --lan"
    if IS_INSTALLED
    else r".venv\Scripts\python -m webapp --lan"
    if sys.platform == "win32"
    else "make run LAN=1"
)
REPAIR = (
    "Install Inkwise again, then restart it."
    if IS_INSTALLED
    else "Restore the files with git checkout models, then restart Inkwise."
)
HOTSPOT = (
    "Scan the QR code with one phone. If nothing opens, the Wi-Fi isolates its clients, as many do: open a "
    "hotspot on this laptop or on a phone and join it with all other phones; the address on the wall follows."
)


@dataclass(frozen=True)
class Check:
    """The result of one check.

    Attributes:
        ok: True, False, or None if only a person can find out.
        advice: what to do, or "".
    """

    name: str
    ok: bool | None
    detail: str
    advice: str = ""


@dataclass(frozen=True)
class Preflight:
    """The checks of one server and its room."""

    config: Mapping
    store: ModelStore
    url: PublicUrl
    database: Database
    retention: Retention | None = None

    def run(self) -> list[Check]:
        """Run all checks, the most likely problems first. Takes up to TIMEOUT seconds."""
        checks: list[Callable[[], Check]] = [
            self.models,
            self.network,
            self.address,
            self.phones,
            self.storage,
            self.space,
            self.clock,
            self.files,
            self.power,
        ]
        return [check() for check in checks]

    def models(self) -> Check:
        """Check that all models are loaded."""
        statuses = self.store.statuses()
        failed = [name for name, status in statuses.items() if status == FAILED]
        warm = [name for name, status in statuses.items() if status == WARM]
        if LOADING in statuses.values():
            return Check("models", False, "still being loaded", "Wait some seconds and check again.")
        if failed:
            reasons = (card["reason"] for card in self.store.cards() if card["status"] == FAILED)
            detail = f"{', '.join(failed)} cannot be used: {next(reasons)}"
            return Check("models", False, detail, f"{self._loss(warm)} {REPAIR}")
        return Check("models", True, f"{', '.join(warm)} are loaded")

    def _loss(self, warm: list[str]) -> str:
        """Return what does not work after a model failed."""
        if not warm:
            return "Nothing can be predicted, and phones cannot send."
        if self.store.default in warm:
            return "The other models work."
        other = f"--default-model {warm[-1]}"
        return f"Phones cannot send without {self.store.default}, unless you start Inkwise with {other}."

    def network(self) -> Check:
        """Check that there is an address for phones."""
        if not self.url.is_open:
            advice = f"To let phones join, start it with {OPEN_COMMAND}."
            return Check("network", None, "only this computer can reach Inkwise", advice)
        if not self.url.has_network:
            advice = "Join a network, or open a hotspot on this laptop; the address on the wall follows."
            return Check("network", False, "this computer is in no network", advice)
        first, *others = self.url.for_phones()
        if not others:
            return Check("network", True, f"phones open {first}")
        advice = "If phones are in another of these networks, name that one with --public-address."
        return Check("network", True, f"phones open {first}; also {', '.join(others)}", advice)

    def address(self) -> Check:
        """Check that the address for phones leads to this server, as seen from this computer."""
        address = self.url.for_phones()[0]
        problem = _find_problem(address)
        if problem is None:
            return Check("address", True, f"{address} answers from this computer")
        advice = "Let Python through this computer's firewall, or name another address with --public-address."
        return Check("address", False, f"{address} does not answer: {problem}", advice)

    def phones(self) -> Check:
        """Check that another device has reached the server."""
        if not self.url.is_open:
            return Check("phones", None, "no phone can join while only this computer can reach Inkwise")
        seconds = self.url.since_visit()
        if seconds is not None and seconds <= RECENT:
            return Check("phones", True, f"another device has reached this server {_ago(seconds)}")
        detail = "no other device has reached this server yet"
        return Check("phones", None, detail, HOTSPOT)

    def storage(self) -> Check:
        """Check that the room's database can be written."""
        started = time.monotonic()
        try:
            with self.database.writing() as change:
                change.connection.execute(update(room).values(paused=room.c.paused))
        except InkwiseError as error:
            advice = "Predictions work, but drawings cannot be stored. --room-folder names another folder."
            return Check("storage", False, error.message, advice)
        if self.database.file and self.database.file.notice:
            advice = "Find out what removed it, and copy the file away after the show."
            return Check("storage", False, self.database.file.notice, advice)
        took = (time.monotonic() - started) * 1000
        if took > SLOW_WRITE:
            return Check(
                "storage", False, f"a write took {took:.0f} ms", "Close other programs that use this disk."
            )
        return Check("storage", True, f"a write took {took:.0f} ms")

    def space(self) -> Check:
        """Check the free space on the disk."""
        if not self.database.is_sqlite:
            return Check("space", None, "the database is on another server")
        try:
            free = shutil.disk_usage(_existing(Path(self.database.url.database or ""))).free // MEGABYTE
        except OSError as error:
            return Check("space", False, f"the free space is unknown: {error.strerror}")
        advice = "" if free >= ENOUGH_SPACE else "Free some space, or name another folder with --room-folder."
        if free * MEGABYTE < FOR_DRAWINGS:
            advice = f"Drawings are refused until {FOR_DRAWINGS // MEGABYTE} MB are free. {advice}"
        return Check("space", free >= ENOUGH_SPACE, f"{free:,} MB free", advice)

    def clock(self) -> Check:
        """Check that this computer's time is later than the newest drawing, and that retention trusts it."""
        now = clock.now()
        shown = clock.local_time(now)
        try:
            with self.database.reading() as connection:
                newest = connection.execute(select(func.max(drawings.c.sent_at))).scalar_one() or 0
        except InkwiseError as error:
            return Check("clock", None, f"{shown}; {error.message}")
        if newest > now:
            advice = "Set the clock: drawings are deleted by their age."
            return Check("clock", False, f"{shown} is before the newest drawing", advice)
        if self.retention and self.retention.notice:
            return Check("clock", False, f"{shown}; {self.retention.notice}", ADVICE)
        return Check("clock", True, shown)

    def files(self) -> Check:
        """Check the system's limit of open files, which limits connections."""
        wanted = self.config["CONNECTIONS"] + SPARE_FILES
        if sys.platform == "win32":
            return Check("files", True, "Windows has no limit of open files")
        import resource  # does not exist on Windows

        allowed, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
        is_enough = allowed == resource.RLIM_INFINITY or allowed >= wanted
        advice = "" if is_enough else f"Run ulimit -n {wanted} in the terminal before the start."
        limit = "no limit" if allowed == resource.RLIM_INFINITY else f"{allowed:,} allowed"
        return Check("files", is_enough, f"open files and connections: {limit}, {wanted:,} wanted", advice)

    def power(self) -> Check:
        """Check that the laptop is plugged in."""
        plugged = _is_plugged_in()
        if plugged is None:
            return Check("power", None, "unknown on this computer", "Plug the laptop in.")
        if not plugged:
            return Check("power", False, "on battery", "Plug the laptop in: on battery it is slower.")
        return Check("power", True, "plugged in")


def _is_plugged_in() -> bool | None:
    """Return whether the power is plugged in; None without a battery, or if unknown."""
    try:
        battery = psutil.sensors_battery()
    except (AttributeError, OSError, psutil.Error):  # AttributeError: not supported on this system
        return None
    return battery.power_plugged if battery else None


def _find_problem(address: str) -> str | None:
    """Return why `address` does not respond, in a few words, or None if it does."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))  # without a proxy
    try:
        with opener.open(f"{address}/healthz", timeout=TIMEOUT) as answer:
            is_ours = json.load(answer) == {"alive": True}
    except (OSError, ValueError, HTTPException) as error:  # HTTPException: not an HTTP server
        return str(getattr(error, "reason", error))[:100]
    return None if is_ours else "another program does"


def _existing(path: Path) -> Path:
    return next(each for each in (path, *path.absolute().parents) if each.exists())


def _ago(seconds: float) -> str:
    return "just now" if seconds < 60 else f"{seconds / 60:.0f} min ago"
