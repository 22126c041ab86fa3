"""A server in a subprocess, and Chromium as its client."""

import json
import os
import re
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, expect

from tests.browser.room_pages import ARGUMENTS, RoomPages, open_room_pages
from tests.server_process import ServerProcess
from tools.chromium import find_chromium
from webapp.nets.network import IS_DIGIT

ROOT = Path(__file__).parents[2]
# INKWISE_TEST_MODELS names another folder with models of the same names.
MODELS = os.environ.get("INKWISE_TEST_MODELS", str(ROOT / "models"))
READY_TIME = 60_000  # milliseconds from a page's opening until the models are there, on a loaded machine
PAGE_TIMEOUT = 30_000  # milliseconds for everything else; allows for a busy machine

expect.set_options(timeout=PAGE_TIMEOUT)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark every test here as slow."""
    for item in items:
        if item.path.is_relative_to(Path(__file__).parent):
            item.add_marker(pytest.mark.slow)


class RealServer:
    """A server process that can be killed and started again at the same address, with the same room."""

    def __init__(self, data: Path, room: Path, *arguments: str) -> None:
        self.port = 0
        self._arguments = ["--models", MODELS, "--data", data, "--room-folder", room, *arguments]
        self.start()

    def start_with_another_room(self, room: Path) -> None:
        """Start the process at its previous port with a room in another folder."""
        self._arguments[self._arguments.index("--room-folder") + 1] = room
        self.start()

    def start(self) -> None:
        """Start the process at its previous port and wait until it prints its address."""
        self.process = ServerProcess("--port", self.port, *self._arguments)
        self.address, self.port = self.process.address, self.process.port

    def read_presenter_link(self) -> str:
        """Return the presenter link that the process prints after its address; call once."""
        lines = iter(self.process.read_line, "")
        return next(filter(None, (re.search(r"Presenter +(http\S+)", line) for line in lines)))[1]

    def kill(self) -> None:
        """End the process at once, as a power cut would."""
        self.process.stop(signal.SIGKILL)


@pytest.fixture(scope="session")
def real_server(data_folder: Path, tmp_path_factory) -> Iterator[RealServer]:
    """One server for all tests that do not stop it."""
    server = RealServer(data_folder, tmp_path_factory.mktemp("room"))
    yield server
    server.kill()


@pytest.fixture
def own_server(data_folder: Path, tmp_path: Path) -> Iterator[RealServer]:
    """A server for a test that kills it."""
    server = RealServer(data_folder, tmp_path / "room")
    yield server
    server.kill()


@pytest.fixture(scope="session")
def base_url(real_server: RealServer) -> str:
    """Where `page.goto("/")` goes."""
    return real_server.address


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict) -> dict:
    """Use the installed Chromium; its sandbox does not work for root."""
    is_root = hasattr(os, "geteuid") and os.geteuid() == 0
    arguments = ["--no-sandbox"] if is_root else []
    return browser_type_launch_args | {"executable_path": find_chromium(), "args": arguments}


@pytest.fixture
def page(page: Page) -> Iterator[Page]:
    """A page that is closed after all stubbed responses have finished."""
    yield page
    page.unroute_all(behavior="ignoreErrors")


@pytest.fixture
def browser_errors(page: Page) -> list[str]:
    """Errors in the browser's console: exceptions, policy violations, failed requests."""
    found = []

    def note(message: ConsoleMessage) -> None:
        # A server returns 503 while it loads models.
        if message.type in ("error", "warning") and "503" not in message.text:
            found.append(message.text)

    page.on("console", note)
    page.on("pageerror", lambda error: found.append(str(error)))
    return found


@pytest.fixture
def ready(page: Page) -> Page:
    """The draw page, once the server is ready."""
    open_ready(page)
    return page


def open_ready(page: Page, path: str = "/") -> None:
    """Open a page and wait until it says that the server is ready."""
    page.goto(path)
    expect(page.locator("[data-status]")).to_have_text("ready", timeout=READY_TIME)


@pytest.fixture(scope="session")
def named_inks() -> dict[str, list]:
    """The inks that Python and browser tests share, by name."""
    return json.loads((ROOT / "tests" / "inks.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="session")
def samples() -> list[dict]:
    """The samples that the page offers."""
    return json.loads((ROOT / "static" / "samples.json").read_text(encoding="utf-8"))


@pytest.fixture
def module(page: Page, base_url: str):
    """Return a function that runs JavaScript with a module of static/js as `m`."""
    page.goto("/healthz")
    page.evaluate("(value) => (document.documentElement.dataset.isDigitThreshold = value)", IS_DIGIT)

    def run(path: str, script: str, *arguments: object) -> object:
        function = f"async ([path, args]) => ((m) => {{ {script} }})(await import(path))"
        return page.evaluate(function, [f"/static/js/{path}", arguments])

    return run


@pytest.fixture(scope="module")  # else drawings of one file would be votes and tiles of the next
def room_server(data_folder, tmp_path_factory) -> Iterator[tuple[RealServer, str]]:
    """A server with a room that requires a code, and its presenter link."""
    server = RealServer(data_folder, tmp_path_factory.mktemp("room"), *ARGUMENTS)
    yield server, server.read_presenter_link()
    server.kill()


@pytest.fixture
def room_pages(browser: Browser, room_server: tuple) -> Iterator[RoomPages]:
    """Opens pages of presenter, wall and phones, each in a separate browser context."""
    with open_room_pages(browser, *room_server) as room_pages:
        yield room_pages


@pytest.fixture
def room_wall(room_pages: RoomPages) -> Page:
    """The wall page of the room."""
    return room_pages.wall()
