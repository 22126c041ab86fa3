"""What a presenter checks before the show: each check says what was found, and what to do about it.

Some things no computer can find out by itself, above all whether the Wi-Fi lets phones reach a laptop.
Those are neither right nor wrong (`ok` is None), and the advice says how a person finds out.
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
from webapp.nets.store import FAILED, WARM, ModelStore
from webapp.room import clock
from webapp.room.auth import RoomAuth
from webapp.room.database import Database
from webapp.room.schema import drawings, room
from webapp.settings import IS_INSTALLED

PATIENCE = 3.0  # seconds until an address counts as unreachable
ENOUGH_SPACE = 500  # MB; a drawing takes 3 kB, the rest is for the system that runs short first
SLOW_WRITE = 250  # milliseconds; two drawings a second need to be stored
SPARE_FILES = 100  # open files beside the connections
RECENT = 300.0  # seconds
OPEN_COMMAND = "inkwise --lan" if IS_INSTALLED else "make run LAN=1, or python -m webapp --lan"
HOTSPOT = (
    "Scan the code with one phone. If nothing opens, the Wi-Fi keeps its guests apart, as many do: open a "
    "hotspot on this laptop or on a phone and join it with all others; the address on the wall follows."
)


@dataclass(frozen=True)
class Check:
    """One thing that was looked at.

    Attributes:
        ok: True, False, or None where only a person can tell.
        advice: what to do; empty where there is nothing to do.
    """

    name: str
    ok: bool | None
    detail: str
    advice: str = ""


@dataclass(frozen=True)
class Preflight:
    """All checks of one server and its room."""

    config: Mapping
    store: ModelStore
    auth: RoomAuth
    database: Database

    def run(self) -> list[Check]:
        """Return all checks, the likeliest trouble first. Takes up to PATIENCE seconds."""
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
        """Whether every model answers."""
        statuses = self.store.statuses()
        failed = [name for name, status in statuses.items() if status == FAILED]
        warm = [name for name, status in statuses.items() if status == WARM]
        if failed:
            advice = "The others answer. The server's log says what is wrong with it."
            return Check("models", False, f"{', '.join(failed)} cannot be used", advice)
        if len(warm) < len(statuses):
            return Check("models", False, "still being loaded", "Wait some seconds and look again.")
        return Check("models", True, f"{', '.join(warm)} answer")

    def network(self) -> Check:
        """Whether there is an address for phones at all."""
        if not self.auth.is_open:
            advice = f"To let phones join, start it with {OPEN_COMMAND}."
            return Check("network", None, "Inkwise listens to this computer alone", advice)
        if not self.auth.has_network:
            advice = "Join a network, or open a hotspot on this laptop; the address on the wall follows."
            return Check("network", False, "this computer has no address in any network", advice)
        first, *others = self.auth.addresses()
        if not others:
            return Check("network", True, f"phones open {first}")
        advice = "If phones are in another of these networks, name that one with --public-address."
        return Check("network", True, f"phones open {first}; also {', '.join(others)}", advice)

    def address(self) -> Check:
        """Whether the address that phones open leads to this server, as far as the laptop can see."""
        address = self.auth.addresses()[0]
        trouble = _trouble(address)
        if trouble is None:
            return Check("address", True, f"{address} answers from this computer")
        advice = "Let Python through this computer's firewall, or name another address with --public-address."
        return Check("address", False, f"{address} does not answer: {trouble}", advice)

    def phones(self) -> Check:
        """Whether another device has come through the network."""
        if not self.auth.is_open:
            return Check("phones", None, "none can join while Inkwise listens to this computer alone")
        seconds = self.auth.since_visit()
        if seconds is not None and seconds <= RECENT:
            return Check("phones", True, f"another device has reached this server {_ago(seconds)}")
        detail = "no other device has come yet; whether the Wi-Fi lets them cannot be seen from here"
        return Check("phones", None, detail, HOTSPOT)

    def storage(self) -> Check:
        """Whether the room's database takes a real write."""
        started = time.monotonic()
        try:
            with self.database.alone() as connection:
                connection.execute(update(room).values(paused=room.c.paused))
        except InkwiseError as error:
            advice = "Predictions go on, but drawings cannot be kept. --room-folder names another folder."
            return Check("storage", False, error.message, advice)
        took = (time.monotonic() - started) * 1000
        if took > SLOW_WRITE:
            return Check("storage", False, f"a write took {took:.0f} ms", "Close what else uses this disk.")
        return Check("storage", True, f"a write took {took:.0f} ms")

    def space(self) -> Check:
        """Whether there is room on the disk."""
        if not self.database.is_sqlite:
            return Check("space", None, "the database is on a server of its own")
        try:
            free = shutil.disk_usage(_existing(Path(self.database.url.database))).free // 1_000_000
        except OSError as error:
            return Check("space", False, f"the disk cannot be asked: {error.strerror}")
        advice = "" if free >= ENOUGH_SPACE else "Make space, or name a folder elsewhere with --room-folder."
        return Check("space", free >= ENOUGH_SPACE, f"{free:,} MB free", advice)

    def clock(self) -> Check:
        """Whether this computer's time is later than all that it has stored."""
        now = clock.now()
        try:
            with self.database.reading() as connection:
                newest = connection.execute(select(func.max(drawings.c.sent_at))).scalar_one() or 0
        except InkwiseError as error:
            return Check("clock", None, f"{clock.iso(now)}; {error.message}")
        if newest > now:
            advice = "Set the clock: drawings are deleted by their age."
            return Check("clock", False, f"{clock.iso(now)} is before the newest drawing", advice)
        return Check("clock", True, clock.iso(now))

    def files(self) -> Check:
        """Whether the system lets the server hold as many connections as it wants to."""
        wanted = self.config["CONNECTIONS"] + SPARE_FILES
        if sys.platform == "win32":
            return Check("files", None, "Windows lets a server hold some 480 connections")
        import resource  # does not exist on Windows

        allowed, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
        is_enough = allowed == resource.RLIM_INFINITY or allowed >= wanted
        advice = "" if is_enough else f"Run ulimit -n {wanted} in the terminal before the start."
        limit = "no limit" if allowed == resource.RLIM_INFINITY else f"{allowed:,} allowed"
        return Check("files", is_enough, f"open files and connections: {limit}, {wanted:,} wanted", advice)

    def power(self) -> Check:
        """Whether the laptop is plugged in."""
        plugged = _is_plugged_in()
        if plugged is None:
            return Check("power", None, "this computer does not tell", "Plug the laptop in.")
        if not plugged:
            return Check("power", False, "on battery", "Plug the laptop in: on battery it is slower.")
        return Check("power", True, "plugged in")


def _is_plugged_in() -> bool | None:
    """Return whether a computer with a battery has mains power; None without one, or where unknown."""
    try:
        battery = psutil.sensors_battery()
    except (
        AttributeError,
        OSError,
        psutil.Error,
    ):  # AttributeError: a system for which psutil has no such function
        return None
    return battery.power_plugged if battery else None


def _trouble(address: str) -> str | None:
    """Ask `address` whether it lives, and return in a few words why not; None where it does."""
    asking = urllib.request.build_opener(urllib.request.ProxyHandler({}))  # never by way of a proxy
    try:
        with asking.open(f"{address}/healthz", timeout=PATIENCE) as answer:
            is_ours = json.load(answer) == {"alive": True}
    except (OSError, ValueError, HTTPException) as error:  # HTTPException: what answers speaks no HTTP
        return str(getattr(error, "reason", error))[:100]
    return None if is_ours else "something else does"


def _existing(path: Path) -> Path:
    return next(each for each in (path, *path.absolute().parents) if each.exists())


def _ago(seconds: float) -> str:
    return "just now" if seconds < 60 else f"{seconds / 60:.0f} min ago"
