"""Which browser the tests use: the chosen one, then a headless shell, then any other that is there."""

import os
from pathlib import Path

import pytest

from tools import chromium

pytestmark = pytest.mark.skipif(os.name == "nt", reason="Windows finds programs by their suffixes")

@pytest.fixture
def computer(tmp_path, monkeypatch):
    """Return a function that puts a program into a folder of an otherwise empty computer."""
    monkeypatch.setattr(chromium, "INSTALLED", ())
    monkeypatch.setattr(chromium, "CACHES", (str(tmp_path / "cache"),))
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    for name in (chromium.VARIABLE, "PLAYWRIGHT_BROWSERS_PATH", "CI"):
        monkeypatch.delenv(name, raising=False)

    def put(*path: str) -> str:
        file = tmp_path.joinpath(*path)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("#!/bin/sh\n")
        file.chmod(0o755)
        return str(file)

    return put


DOWNLOADED = [
    ("chromium_headless_shell-1255", "chrome-headless-shell-linux64", "chrome-headless-shell"),
    ("chromium-1255", "chrome-linux64", "chrome"),
]


def test_headless_shells_come_first_then_what_is_installed(computer):
    found = []
    shell, full = [("cache", *path) for path in DOWNLOADED]
    for path in (full, ("bin", "google-chrome"), ("bin", "chromium"), shell, ("bin", chromium.SHELL)):
        found.append(computer(*path))
        assert chromium.find_chromium() == found[-1]
    assert [chromium.is_shell(path) for path in found] == [False, False, False, True, True]


def test_newest_download_is_used(computer):
    old, new = (computer("cache", f"chromium-{build}", "chrome-linux64", "chrome") for build in (1200, 1255))
    assert chromium.find_chromium() == new != old


def test_chosen_browser_wins(computer, monkeypatch):
    computer("bin", chromium.SHELL)
    monkeypatch.setenv(chromium.VARIABLE, computer("mine", "browser"))
    assert Path(chromium.find_chromium()).name == "browser"
    monkeypatch.setenv(chromium.VARIABLE, "no/such/browser")
    with pytest.raises(FileNotFoundError, match="expected a browser at INKWISE_CHROMIUM=no/such/browser"):
        chromium.find_chromium()


@pytest.mark.parametrize(
    ("is_ci", "there", "expected"),
    [
        (False, None, [chromium.SHELL]),
        (False, "chromium", []),  # no download beside a browser that is there
        (True, "chromium", [chromium.SHELL]),
        (True, chromium.SHELL, []),
    ],
)
def test_browser_is_installed_where_none_is_and_the_shell_on_ci(
    computer, monkeypatch, is_ci, there, expected
):
    installed: list[str] = []

    def install(package: str) -> None:
        installed.append(package)
        computer("bin", package)

    monkeypatch.setattr(chromium, "run_command", lambda command: False)  # no download by Playwright
    monkeypatch.setattr(chromium, "install", install)
    if is_ci:
        monkeypatch.setenv("CI", "true")
    if there:
        computer("bin", there)
    assert chromium.main() == 0
    assert installed == expected


def test_shell_that_cannot_be_installed_is_done_without(computer, monkeypatch, capsys):
    monkeypatch.setattr(chromium, "install", lambda package: None)
    monkeypatch.setenv("CI", "true")
    path = computer("bin", "chromium")
    assert chromium.main() == 0
    assert capsys.readouterr().out == f"{path}\n"


def test_debian_without_the_shell_gets_chromium(computer, monkeypatch):
    monkeypatch.setattr(chromium, "run_command", lambda command: False)
    monkeypatch.setattr(chromium, "install", lambda name: name == "chromium" and computer("bin", name))
    assert chromium.main() == 0
    assert Path(chromium.find_chromium()).name == "chromium"
