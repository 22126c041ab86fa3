"""Make the pictures of docs/inside.md: docs/pictures/inside-*.png, from a real server and a real drawing.

python tools/inside_pictures.py [--models models] [--folder docs/pictures]
"""

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from playwright.sync_api import Browser  # noqa: E402

from tools.pictures import SEVEN, open_screen, parser, prepare  # noqa: E402
from tools.stage import draw, open_chromium, running_server  # noqa: E402

# Name of the picture: what the address asks for, and what has to be filled before the picture is taken.
VIEWS = {
    "gets": ("", "[data-pixel]"),
    "layers-deep": ("?view=layers&model=deep", "[data-logit]"),
    "layers-conv": ("?view=layers&model=conv", "[data-logit]"),
    "unit-deep": ("?view=unit&model=deep&layer=hidden_1&unit=3", "[data-z]"),
    "unit-conv": ("?view=unit&model=conv&layer=conv_2&unit=5", "[data-z]"),
    "why": ("?view=why&against=4", "[data-balance]"),
    "ladder": ("?view=ladder", "[data-halves] td"),
    "code": ("?view=code&model=deep", "[data-lines]"),
}
PATIENCE = 60_000  # milliseconds; the first look into a network compiles it


def main() -> None:
    """Take every picture, on a laptop's screen."""
    options = prepare(parser(__doc__))
    with running_server(options.models) as address, open_chromium() as browser:
        for name, (query, filled) in VIEWS.items():
            path = options.folder / f"inside-{name}.png"
            take_view(browser, f"{address}/inside{query}", filled, path)
            print(path)


def take_view(browser: Browser, address: str, filled: str, path: Path) -> None:
    """Open a view, draw the seven, wait until `filled` holds something, and save the whole page."""
    page = open_screen(browser, "laptop", "light")
    page.goto(address)
    draw(page, SEVEN)
    page.wait_for_function(
        "(hook) => document.querySelector(hook)?.textContent && location.hash", arg=filled, timeout=PATIENCE
    )
    page.screenshot(path=path, full_page=True)
    page.close()


if __name__ == "__main__":
    main()
