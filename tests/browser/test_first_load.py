"""What a browser fetches to open a page for the first time, answers of the API included."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.conftest import RealServer

KB = 1000  # bytes on the wire, headers included
TRAINER = "*/api/lab/open"  # blocked: TensorFlow costs nine seconds of CPU
FILLED = {  # what a page shows last
    "/join": "[data-task]:not(:empty)",
    "/inside": "[data-settled]",
    "/lab": "[data-loaded]",
}


@pytest.fixture(scope="module")
def new_server(data_folder: Path, tmp_path_factory) -> Iterator[RealServer]:
    """A server of a new room: drawings in it, such as those that the lab pins, add their ink."""
    server = RealServer(data_folder, tmp_path_factory.mktemp("room"))
    yield server
    server.kill()


@pytest.mark.parametrize(
    ("path", "requests", "size"),
    [
        ("/join", 25, 60 * KB),
        ("/", 40, 60 * KB),
        ("/wall", 40, 60 * KB),
        ("/scoreboard", 40, 60 * KB),
        ("/models/conv", 40, 60 * KB),
        ("/inside", 40, 60 * KB),
        ("/lab", 40, 60 * KB),
        ("/teach", 40, 60 * KB),
    ],
)
def test_first_load_is_small(browser: Browser, new_server: RealServer, path: str, requests: int, size: int):
    context = browser.new_context(base_url=new_server.address)
    page = context.new_page()
    network = context.new_cdp_session(page)
    network.send("Network.enable")
    network.send("Network.setBlockedURLs", {"urls": [TRAINER]})
    asked, cached, received = set(), set(), []
    network.on("Network.requestWillBeSent", lambda event: asked.add(event["requestId"]))
    network.on("Network.requestServedFromCache", lambda event: cached.add(event["requestId"]))
    network.on("Network.responseReceived", lambda event: note_cached(event, cached))
    network.on("Network.loadingFinished", lambda event: received.append(event["encodedDataLength"]))
    page.goto(path)
    expect(page.locator(FILLED.get(path, "body"))).to_be_visible()
    if path == "/join":
        expect(page.locator("[data-name]")).not_to_be_empty()
    assert 3 < len(asked - cached) <= requests
    assert KB < sum(received) <= size
    context.close()


def note_cached(event: dict, cached: set[str]) -> None:
    """Note a response that came from the browser's cache, such as an icon that the page shows as well."""
    if event["response"].get("fromDiskCache"):
        cached.add(event["requestId"])
