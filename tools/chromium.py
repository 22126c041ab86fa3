"""Find Chromium for the browser tests; the command also installs it if it is missing.

python -m tools.chromium        prints its path

Its headless shell, which opens no windows, needs a third of the CPU time per page: it is preferred
where it is there, and CI installs it.
"""

import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

from tools.programs import install, run_command

VARIABLE = "INKWISE_CHROMIUM"  # path of the browser, overrides the search
SHELL = "chromium-headless-shell"  # a command, and the Debian package of it
COMMANDS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "msedge")
INSTALLED = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    r"C:\Program Files\Google\Chrome\Application\chrome.exe",
    r"C:\Program Files (x86)\Google\Chrome\Application\chrome.exe",
    r"C:\Program Files (x86)\Microsoft\Edge\Application\msedge.exe",
)
# Folders of `playwright install` on Linux, macOS and Windows.
CACHES = ("~/.cache/ms-playwright", "~/Library/Caches/ms-playwright", "~/AppData/Local/ms-playwright")
EXECUTABLES = ("chrome", "chrome.exe", "Chromium", "Google Chrome for Testing")
SHELLS = ("chrome-headless-shell", "chrome-headless-shell.exe", "headless_shell", "headless_shell.exe")


def find_chromium() -> str | None:
    """Return the path of Chromium, Chrome or Edge, or None.

    Raises:
        FileNotFoundError: VARIABLE names a missing file.
    """
    chosen = os.environ.get(VARIABLE)
    if chosen and not shutil.which(chosen):
        raise FileNotFoundError(f"expected a browser at {VARIABLE}={chosen}, found none")
    if chosen:
        return shutil.which(chosen)
    return next(_candidates(), None)


def _candidates() -> Iterator[str]:
    yield from filter(None, [shutil.which(SHELL)])
    yield from _downloaded("chromium_headless_shell-*", SHELLS)
    yield from filter(None, map(shutil.which, COMMANDS))
    yield from (path for path in INSTALLED if Path(path).is_file())
    yield from _downloaded("chromium-*", EXECUTABLES)


def _downloaded(folders: str, names: tuple[str, ...]) -> Iterator[str]:
    """Yield what Playwright has downloaded, the newest first."""
    for cache in map(Path, filter(None, (os.environ.get("PLAYWRIGHT_BROWSERS_PATH"), *CACHES))):
        for folder in sorted(cache.expanduser().glob(folders), reverse=True):
            yield from (str(path) for path in folder.rglob("*") if path.name in names and path.is_file())


def install_chromium() -> None:
    """Install Chromium with Playwright, or else from Debian packages."""
    playwright = [sys.executable, "-m", "playwright", "install", "chromium"]
    if run_command(playwright) and find_chromium():
        return
    install(SHELL)
    if not find_chromium():
        install("chromium")  # older Debian has no package of the shell


def is_shell(path: str) -> bool:
    """Return whether a browser is the headless shell."""
    return "headless" in Path(path).name


def main() -> int:
    """Print the path of Chromium, after installing it if necessary. Return 0, or 1 if that fails."""
    try:
        path = find_chromium()
        if path is None:
            install_chromium()
        elif os.environ.get("CI") and not os.environ.get(VARIABLE) and not is_shell(path):
            install(SHELL)
        path = find_chromium()
    except FileNotFoundError as error:
        print(error, file=sys.stderr)
        return 1
    if path is None:
        print(f"expected Chromium, found none; install it or set {VARIABLE} to its path", file=sys.stderr)
        return 1
    print(path)
    return 0


if __name__ == "__main__":
    sys.exit(main())
