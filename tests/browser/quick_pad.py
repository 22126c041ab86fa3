"""A page whose pad gets real pointer events as fast as a device sends them, several in each frame.

Playwright's synchronous API waits for a frame after each event; here the events of a stroke are sent at once,
and Chromium hands them to the page together, as it does with those of a fast pen or mouse.
"""

import asyncio
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

import numpy as np
from playwright.async_api import Page, async_playwright, expect

from tests.browser.pad import ANSWER_TIME, PAD_UNITS

T = TypeVar("T")
CLOSE = """(values) => {
  const context = document.querySelector("[data-bitmap]").getContext("2d");
  const { data } = context.getImageData(0, 0, 28, 28);
  const off = values.map((value, index) => Math.abs(data[index * 4 + 3] - value));
  return off.reduce((sum, value) => sum + value) / 784 < 3;
}"""


class QuickPad:
    """The draw page."""

    def __init__(self, page: Page, session):
        self.page = page
        self._session = session

    async def draw(self, strokes: list, is_slow: bool = False) -> None:
        """Draw strokes in pad units with the mouse; `is_slow` waits for a frame after each point."""
        box = await self.page.locator("[data-pad]").bounding_box()
        scale = box["width"] / PAD_UNITS
        for stroke in strokes:
            points = [(box["x"] + x * scale, box["y"] + y * scale) for x, y in stroke]
            kinds = ["mousePressed", *["mouseMoved"] * (len(points) - 1), "mouseReleased"]
            events = [self._send(*event) for event in zip(kinds, [*points, points[-1]], strict=True)]
            if is_slow:
                for event in events:
                    await event
            else:
                await asyncio.gather(*events)

    async def predict(self, strokes: list) -> dict:
        """Return the server's prediction of strokes."""
        response = await self.page.request.post("/api/predict", data={"strokes": strokes})
        return await response.json()

    async def wait_for_bitmap(self, bitmap: np.ndarray) -> None:
        """Wait until the page shows a bitmap, up to a tenth of a pixel of the pointer's position."""
        await self.page.wait_for_function(CLOSE, arg=bitmap.ravel().tolist())

    async def wait_for_text(self, selector: str, text: str) -> None:
        """Wait until an element has this text."""
        await expect(self.page.locator(selector)).to_have_text(text, timeout=ANSWER_TIME)

    def _send(self, kind: str, place: tuple[float, float]) -> Awaitable:
        x, y = place
        button = {"button": "left", "buttons": int(kind != "mouseReleased"), "clickCount": 1}
        return self._session.send("Input.dispatchMouseEvent", {"type": kind, "x": x, "y": y} | button)


def with_quick_pad(url: str, launch: dict, use: Callable[[QuickPad], Awaitable[T]]) -> T:
    """Return what `use` returns for a draw page in a browser of its own.

    Args:
        url: the server's address.
        launch: arguments to launch Chromium with.
    """

    async def run() -> T:
        async with async_playwright() as playwright:
            browser = await playwright.chromium.launch(**launch)
            context = await browser.new_context(base_url=url)
            page = await context.new_page()
            await page.goto("/")
            pad = QuickPad(page, await context.new_cdp_session(page))
            await pad.wait_for_text("[data-status]", "ready")
            try:
                return await use(pad)
            finally:
                await browser.close()

    with ThreadPoolExecutor(1) as pool:  # the synchronous API occupies this thread's event loop
        return pool.submit(asyncio.run, run()).result()
