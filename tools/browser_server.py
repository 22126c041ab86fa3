"""Run a server and a browser, for benchmarks and screenshots."""

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
WARM_UP_TIMEOUT = 120  # seconds
POLL_INTERVAL = 0.1  # seconds
PAD_UNITS = 1000  # along the pad's side


@contextmanager
def running_server(models: Path, *arguments: str) -> Iterator[str]:
    """Start a server, yield its address once the models are warm, and stop it afterwards."""
    with _running(models, arguments) as (address, _):
        yield address


@contextmanager
def running_room(models: Path, folder: Path, *arguments: str) -> Iterator[tuple[str, str]]:
    """Start a server with its room in `folder`; yield its address and the presenter's link."""
    with _running(models, ("--room-folder", str(folder), *arguments)) as (address, lines):
        matches = (re.search(r"Presenter +http://[^/]+(/\S+)", line) for line in lines)
        yield address, address + next(filter(None, matches))[1]


@contextmanager
def _running(models: Path, arguments: Sequence[str]) -> Iterator[tuple[str, Iterable[str]]]:
    port = _free_port()
    command = [sys.executable, "-m", "webapp", "--port", str(port), "--models", str(models), *arguments]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    try:
        address = f"http://127.0.0.1:{port}"
        process.stdout.readline()  # printed once the server listens
        _wait_until_warm(address)
        yield address, process.stdout
    finally:
        process.terminate()
        process.wait()


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def _wait_until_warm(address: str) -> None:
    deadline = time.monotonic() + WARM_UP_TIMEOUT
    while time.monotonic() < deadline:
        try:
            urllib.request.urlopen(f"{address}/readyz").close()
            return
        except urllib.error.HTTPError:
            time.sleep(POLL_INTERVAL)
    raise TimeoutError(f"expected warm models within {WARM_UP_TIMEOUT} s")


@contextmanager
def open_chromium() -> Iterator[Browser]:
    """Start the installed Chromium, without its sandbox for root, where the sandbox does not work."""
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
        positions = [
            (box["x"] + x / PAD_UNITS * box["width"], box["y"] + y / PAD_UNITS * box["height"])
            for x, y in stroke
        ]
        page.mouse.move(*positions[0])
        page.mouse.down()
        for position in positions[1:]:
            page.mouse.move(*position)
        page.mouse.up()


def wait_for_prediction(page: Page) -> None:
    """Wait until the page shows a digit."""
    page.wait_for_function("() => document.querySelector('[data-digit]').textContent")
