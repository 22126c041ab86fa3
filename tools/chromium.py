"""Find a Chromium for the browser tests; run as a command, also get one where there is none.

python -m tools.chromium        prints where it is
"""

import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

from tools.programs import install, succeeds

VARIABLE = "INKWISE_CHROMIUM"  # names the browser to use, before any other
COMMANDS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "msedge")
INSTALLED = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    r"C:\Program Files\Google\Chrome\Application\chrome.exe",
    r"C:\Program Files (x86)\Google\Chrome\Application\chrome.exe",
    r"C:\Program Files (x86)\Microsoft\Edge\Application\msedge.exe",
)
# Where `playwright install` keeps its browsers, on Linux, macOS and Windows.
CACHES = ("~/.cache/ms-playwright", "~/Library/Caches/ms-playwright", "~/AppData/Local/ms-playwright")
EXECUTABLES = ("chrome", "chrome.exe", "Chromium", "Google Chrome for Testing")


def find_chromium() -> str | None:
    """Return the path of a Chromium, Chrome or Edge, or None where there is none.

    Raises:
        FileNotFoundError: VARIABLE names a file that is not there.
    """
    chosen = os.environ.get(VARIABLE)
    if chosen and not shutil.which(chosen):
        raise FileNotFoundError(f"expected a browser at {VARIABLE}={chosen}, found none")
    if chosen:
        return shutil.which(chosen)
    return next(_candidates(), None)


def _candidates() -> Iterator[str]:
    yield from filter(None, map(shutil.which, COMMANDS))
    yield from (path for path in INSTALLED if Path(path).is_file())
    caches = filter(None, (os.environ.get("PLAYWRIGHT_BROWSERS_PATH"), *CACHES))
    for cache in map(Path, caches):
        for folder in sorted(cache.expanduser().glob("chromium-*"), reverse=True):  # the newest first
            files = (path for path in folder.rglob("*") if path.name in EXECUTABLES)
            yield from (str(path) for path in files if path.is_file())


def install_chromium() -> None:
    """Get a Chromium: from Playwright, or else from the system's packages where that is allowed."""
    playwright = [sys.executable, "-m", "playwright", "install", "chromium"]
    if succeeds(playwright) and find_chromium():
        return
    install("chromium")


def main() -> int:
    """Print the path of a Chromium. Return 0, or 1 where there is none and none could be got."""
    try:
        if not find_chromium():
            install_chromium()
        path = find_chromium()
    except FileNotFoundError as error:
        print(error, file=sys.stderr)
        return 1
    if path is None:
        print(f"expected a Chromium, found none; install one, or name it in {VARIABLE}", file=sys.stderr)
        return 1
    print(path)
    return 0


if __name__ == "__main__":
    sys.exit(main())
