"""Behind nginx as docs/deploying.md sets it up, all pages work below a path of another site."""

import os
import re
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import MODELS
from tests.browser.pad import SEVEN, draw, expect_answer
from tests.browser.room_pages import PHONE, PROJECTOR, send
from tests.deploy.deployment import Instance, Nginx
from webapp.settings import ROOT

pytestmark = pytest.mark.skipif(
    sys.platform == "win32", reason="starts nginx and the public server, which are for Unix"
)

PUBLIC = "https://site.example/inkwise"
LOCATION = re.compile(r"^    location /inkwise/ \{.*?^    \}\n", re.MULTILINE | re.DOTALL)


class Site:
    """A site that has Inkwise below /inkwise/, and what its pages requested elsewhere."""

    def __init__(self, browser: Browser, address: str, link: str) -> None:
        self.link = link
        self.strays: list[str] = []
        self._browser = browser
        self._address = address

    def open(self, path: str, **screen: object) -> Page:
        """Open a page, by its path on the site, in a browser of its own."""
        page = self._browser.new_context(base_url=self._address, **screen).new_page()
        page.on("request", lambda request: self._note(request.url))
        page.on("response", lambda response: response.status >= 400 and self._note_error(response))
        page.goto(path)
        return page

    def _note(self, url: str) -> None:
        parts = urlsplit(url)
        if parts.scheme != "data" and not parts.path.startswith("/inkwise/"):
            self.strays.append(url)

    def _note_error(self, response) -> None:
        # Expected where a page tries whether it belongs to a participant or the presenter.
        if response.status not in (401, 403):
            self.strays.append(f"{response.status} {response.url}")


@pytest.fixture(scope="module")
def nginx_and_link(tmp_path_factory) -> Iterator[tuple[Nginx, str]]:
    """nginx in front of a server, and the path of the presenter's link on the site."""
    folder = tmp_path_factory.mktemp("site")
    os.chmod(folder, 0o755)
    with ExitStack() as stack:
        server = Instance(folder, "webapp", INKWISE_MODELS=MODELS, INKWISE_PUBLIC_ADDRESS=PUBLIC)
        stack.callback(server.stop)
        port = server.wait_until_ready().port
        example = LOCATION.search((ROOT / "docs" / "deploying.md").read_text("utf-8"))[0]
        nginx = Nginx.start(folder, port, location=example.replace(":8001/", f":{port}/"))
        stack.callback(nginx.stop)
        yield nginx, re.search(r"Presenter +http://[\d.:]+(/\S+)", server.read_log())[1]


@pytest.fixture
def site(browser: Browser, nginx_and_link) -> Iterator[Site]:
    """The site; afterwards, checks that its pages requested nothing outside /inkwise/, and got no errors."""
    nginx, link = nginx_and_link
    site = Site(browser, f"http://127.0.0.1:{nginx.port}", link)
    yield site
    for context in browser.contexts:
        context.close()
    assert site.strays == []


def test_drawing_is_predicted_below_a_path(site: Site):
    page = site.open("/inkwise/")
    expect(page.locator("[data-status]")).to_have_text("ready")
    draw(page, SEVEN)
    expect_answer(page)
    page.get_by_role("link", name="Inside").click()
    expect(page).to_have_url(re.compile("/inkwise/inside#ink="))  # keeps the ink
    expect_answer(page)
    page.get_by_role("button", name="Samples").click()
    expect(page.locator("[data-samples] button").nth(3)).to_be_visible()
    for name, path in (("Data", "data"), ("Models", "models"), ("Room", "presenter"), ("Draw", "")):
        page.goto("/inkwise/inside")
        page.get_by_role("navigation").get_by_role("link", name=name, exact=True).click()
        expect(page).to_have_url(re.compile(f"/inkwise/{path}(#ink=.*)?$"))


def test_room_works_below_a_path(site: Site):
    presenter = site.open(site.link)
    expect(presenter).to_have_url(re.compile("/inkwise/presenter$"))
    expect(presenter.locator("[data-address]")).to_have_text("https://site.example/inkwise/join")
    wall = site.open("/inkwise/wall", **PROJECTOR)
    phone = site.open("/inkwise/join?code=APPLE", **PHONE)
    with phone.expect_request("**/inkwise/api/room/events?only=state"):
        phone.reload()
    number = send(phone, SEVEN)
    tile = wall.locator(".tile").filter(has=wall.get_by_text(re.compile(f"^: drawing {number}, ")))
    tile.get_by_role("button").click()
    expect(wall.locator("[data-spotlight] [data-inside-qr]")).to_have_js_property("complete", True)
    wall.locator("[data-inside]").click()
    expect(wall).to_have_url(re.compile("/inkwise/inside#ink="))
    expect_answer(wall)
    presenter.get_by_role("link", name="Pre-flight check").click()
    expect(presenter.locator(".checks__check").first).to_contain_text("are loaded")


def test_storage_is_separate_for_each_path(site: Site):
    phone = site.open("/inkwise/join?code=APPLE", **PHONE)
    draw(phone, SEVEN)
    phone.reload()
    expect(phone.locator("[data-pad]")).to_have_attribute("data-inked", "")
    keys = phone.evaluate("Object.keys(localStorage)")
    assert keys
    assert all(key.startswith("/inkwiseinkwise.") for key in keys)
