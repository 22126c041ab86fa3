"""Take the screenshots of docs/inside.md, docs/pictures/inside-*.png, from a real server and browser.

python tools/inside_pictures.py [--models models] [--folder docs/pictures]
"""

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from playwright.sync_api import Browser, Page  # noqa: E402

from tools.browser_server import draw, open_chromium, running_server  # noqa: E402
from tools.pictures import SEVEN, make_parser, open_screen, parse_options  # noqa: E402

# Name of the picture: query of the page, and selector of an element that has text once the view is ready.
VIEWS = {
    "input": ("", "[data-pixel]"),
    "layers-deep": ("?view=layers&model=deep", "[data-logit]"),
    "layers-conv": ("?view=layers&model=conv", "[data-logit]"),
    "unit-deep": ("?view=unit&model=deep&layer=hidden_1&unit=3", "[data-z]"),
    "unit-conv": ("?view=unit&model=conv&layer=conv_2&unit=5", "[data-z]"),
    "learning": ("?view=unit&model=deep&layer=hidden_1&unit=3", "[data-z]"),
    "explanation": ("?view=explanation&against=4", "[data-balance]"),
    "comparison": ("?view=comparison", "[data-superposition] td"),
    "code": ("?view=code&model=deep", "[data-lines]"),
}
TIMEOUT = 60_000  # milliseconds


def main() -> None:
    """Take a screenshot of each view at the size of a laptop's screen."""
    options = parse_options(make_parser(__doc__))
    with running_server(options.models) as address, open_chromium() as browser:
        for name, (query, ready) in VIEWS.items():
            path = options.folder / f"inside-{name}.png"
            take_view(browser, f"{address}/inside{query}", ready, path)
            print(path)


def take_view(browser: Browser, address: str, ready: str, path: Path) -> None:
    """Open a view, draw the seven, wait until the element `ready` has text, and save a screenshot."""
    page = open_screen(browser, "laptop", "light")
    page.goto(address)
    draw(page, SEVEN)
    page.wait_for_function(
        "(selector) => document.querySelector(selector)?.textContent && location.hash",
        arg=ready,
        timeout=TIMEOUT,
    )
    if "learning" in path.name:
        take_learning_step(page)
    page.screenshot(path=path, full_page="learning" not in path.name)
    page.close()


def take_learning_step(page: Page) -> None:
    """Open the learning step, say that the drawing is a one, take small steps, and scroll there."""
    page.locator("[data-open-learning]").click()
    page.locator("[data-learning-label] input").nth(1).check()
    page.locator("[data-learning-rate] input").first.check()
    page.locator("[data-learning-steps] input").last.check()
    page.locator("body[data-settled] [data-chain] li").first.wait_for(timeout=TIMEOUT)
    page.locator("[data-learning]").evaluate("(panel) => panel.scrollIntoView()")


if __name__ == "__main__":
    main()
