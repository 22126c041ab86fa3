"""A server with a browser in front of it, for benchmarks and pictures."""

import os
import re
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from tools.chromium import find_chromium

ROOT = Path(__file__).resolve().parent.parent
GIVE_UP = 120  # seconds until the models have to be warm
TICK = 0.1  # seconds between two looks
PAD_UNITS = 1000  # along the pad's side


@contextmanager
def running_server(models: Path, *arguments: str) -> Iterator[str]:
    """Start a server with the models of a folder, give its address once they are warm, and stop it after."""
    with _running(models, arguments) as (address, _):
        yield address


@contextmanager
def running_room(models: Path, folder: Path, *arguments: str) -> Iterator[tuple[str, str]]:
    """Start a server with a room of its own in `folder`; give its address and the presenter's link."""
    with _running(models, ("--room-folder", str(folder), *arguments)) as (address, lines):
        found = (re.search(r"Presenter +http://[^/]+(/\S+)", line) for line in lines)
        yield address, address + next(filter(None, found))[1]


@contextmanager
def _running(models: Path, arguments: Sequence[str]) -> Iterator[tuple[str, Iterable[str]]]:
    port = _free_port()
    command = [sys.executable, "-m", "webapp", "--port", str(port), "--models", str(models), *arguments]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    try:
        address = f"http://127.0.0.1:{port}"
        process.stdout.readline()  # it listens
        _wait_until_warm(address)
        yield address, process.stdout
    finally:
        process.terminate()
        process.wait()


def _free_port() -> int:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        return listening.getsockname()[1]


def _wait_until_warm(address: str) -> None:
    deadline = time.monotonic() + GIVE_UP
    while time.monotonic() < deadline:
        try:
            urllib.request.urlopen(f"{address}/readyz").close()
            return
        except urllib.error.HTTPError:
            time.sleep(TICK)
    raise TimeoutError(f"expected warm models within {GIVE_UP} s")


@contextmanager
def open_chromium() -> Iterator[Browser]:
    """Start the installed Chromium; its sandbox does not work for root."""
    is_root = hasattr(os, "geteuid") and os.geteuid() == 0
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=find_chromium(), args=["--no-sandbox"] if is_root else []
        )
        yield browser
        browser.close()


def draw(page: Page, strokes: list) -> None:
    """Draw strokes in pad units with the mouse."""
    box = page.locator("[data-pad]").bounding_box()
    for stroke in strokes:
        places = [
            (box["x"] + x / PAD_UNITS * box["width"], box["y"] + y / PAD_UNITS * box["height"])
            for x, y in stroke
        ]
        page.mouse.move(*places[0])
        page.mouse.down()
        for place in places[1:]:
            page.mouse.move(*place)
        page.mouse.up()


def wait_for_answer(page: Page) -> None:
    """Wait until the page shows a digit."""
    page.wait_for_function("() => document.querySelector('[data-digit]').textContent")
