"""A real server in a process of its own, and a real Chromium in front of it."""

import json
import os
import re
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, expect

from tests.browser.people import ARGUMENTS, People, people_of
from tests.server_process import ServerProcess
from tools.chromium import find_chromium

ROOT = Path(__file__).parents[2]
# Another folder with models of the same names, while the shipped ones are being made anew.
MODELS = os.environ.get("INKWISE_TEST_MODELS", str(ROOT / "models"))
READY_TIME = 240_000  # milliseconds from a page's opening until TensorFlow and the models are there
PATIENCE = 30_000  # milliseconds for everything else: a busy machine is slow, and not wrong

expect.set_options(timeout=PATIENCE)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Every test here starts a server, and so loads TensorFlow."""
    for item in items:
        if item.path.is_relative_to(Path(__file__).parent):
            item.add_marker(pytest.mark.slow)


class RealServer:
    """A server process that can be killed and started again at the same address, with the same room."""

    def __init__(self, data: Path, room: Path, *arguments: str) -> None:
        self.port = 0
        self._arguments = ["--models", MODELS, "--data", data, "--room-folder", room, *arguments]
        self.start()

    def start(self) -> None:
        """Start the process, at the port it had before, and wait until it has told its address."""
        self.process = ServerProcess("--port", self.port, *self._arguments)
        self.address, self.port = self.process.address, self.process.port

    def read_presenter_link(self) -> str:
        """Return the link that the process tells after its address; to be read once."""
        lines = iter(self.process.read_line, "")
        return next(filter(None, (re.search(r"Presenter +(http\S+)", line) for line in lines)))[1]

    def kill(self) -> None:
        """End the process at once, as a power cut would."""
        self.process.stop(signal.SIGKILL)


@pytest.fixture(scope="session")
def real_server(data_folder: Path, tmp_path_factory) -> Iterator[RealServer]:
    """One server for all tests that leave it alive."""
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
    """A page that is closed only when no answer that a test made up is on its way any more."""
    yield page
    page.unroute_all(behavior="ignoreErrors")


@pytest.fixture
def complaints(page: Page) -> list[str]:
    """What the browser complains of: errors, broken rules of the content policy, failed requests."""
    found = []

    def note(message: ConsoleMessage) -> None:
        # 503 is what a server says that is waking up.
        if message.type in ("error", "warning") and "503" not in message.text:
            found.append(message.text)

    page.on("console", note)
    page.on("pageerror", lambda error: found.append(str(error)))
    return found


@pytest.fixture
def ready(page: Page) -> Page:
    """The page to draw on, with a server that answers."""
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

    def run(path: str, script: str, *arguments: object) -> object:
        function = f"async ([path, args]) => ((m) => {{ {script} }})(await import(path))"
        return page.evaluate(function, [f"/static/js/{path}", arguments])

    return run


@pytest.fixture(scope="session")
def room_server(data_folder, tmp_path_factory) -> Iterator[tuple[RealServer, str]]:
    """A server with a room that one joins by a code, and its presenter's link."""
    server = RealServer(data_folder, tmp_path_factory.mktemp("room"), *ARGUMENTS)
    yield server, server.read_presenter_link()
    server.kill()


@pytest.fixture
def people(browser: Browser, room_server: tuple) -> Iterator[People]:
    """Everybody, each in a context of their own."""
    with people_of(browser, *room_server) as people:
        yield people


@pytest.fixture
def room_wall(people: People) -> Page:
    """The wall of that room."""
    return people.wall()
