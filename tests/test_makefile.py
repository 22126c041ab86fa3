"""`make` checks the version of Python, and shows progress while it installs."""

import os
import subprocess
import sys
import tomllib

import pytest

from tests.waiting import TIMEOUT
from webapp.settings import ROOT

pytestmark = pytest.mark.skipif(
    sys.platform == "win32", reason="Windows has no make; its commands are in the README"
)

# Makes a virtual environment that holds this script; its pip ends once FOLDER/seen exists.
FAKE_PYTHON = """#!/bin/sh
case "$1 $2" in
"--version "*) echo "Python VERSION" ;;
"-c "*) exit STATUS ;;
"-m venv") mkdir -p "$3/bin" && cp "$0" "$3/bin/python" ;;
"-m pip") while ! [ -e FOLDER/seen ]; do sleep 0.1; done ;;
esac
"""


@pytest.fixture
def make(tmp_path):
    """Start `make` for the virtual environment, with a Python of the given version."""

    def start(version: str, is_supported: bool, *variables: str) -> subprocess.Popen:
        python = tmp_path / "python"
        text = FAKE_PYTHON.replace("VERSION", version).replace("FOLDER", str(tmp_path))
        python.write_text(text.replace("STATUS", "0" if is_supported else "1"))
        python.chmod(0o755)
        venv = tmp_path / "venv"
        command = ["make", f"{venv}/runtime", f"VENV={venv}", f"PYTHON={python}", *variables]
        # `make test` passes its own variables on.
        env = {name: value for name, value in os.environ.items() if not name.startswith("MAKE")}
        pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
        return subprocess.Popen(command, cwd=ROOT, env=env, text=True, **pipes)

    return start


@pytest.mark.parametrize("version", ["3.10.14", "3.14.0"])
def test_make_reports_an_unsupported_python(make, version):
    output, errors = make(version, False).communicate(timeout=TIMEOUT)
    assert output == ""
    assert (
        f"expected Python 3.11, 3.12 or 3.13, which TensorFlow supports, found Python {version}; " in errors
    )


def test_make_reports_a_missing_python(make):
    _, errors = make("", False, "PYTHON=/nowhere/python").communicate(timeout=TIMEOUT)
    assert "which TensorFlow supports, found none; set PYTHON" in errors


def test_make_shows_progress_while_pip_is_silent(make, tmp_path):
    with make("3.13.0", True, "PROGRESS_INTERVAL=0.1") as process:
        assert process.stdout.readline().startswith("Installing Inkwise with TensorFlow into")
        assert process.stdout.readline().endswith(" MB so far\n")
        (tmp_path / "seen").touch()
        process.communicate(timeout=TIMEOUT)
    assert process.returncode == 0
    assert (tmp_path / "venv" / "runtime").exists()


def test_all_files_name_the_same_versions_of_python():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    assert project["requires-python"] == ">=3.11,<3.14"
    assert [each[-4:] for each in project["classifiers"] if "Python ::" in each] == ["3.11", "3.12", "3.13"]
    for name in ("Makefile", "webapp/__main__.py"):
        assert "(3, 11) <= sys.version_info[:2] <= (3, 13)" in (ROOT / name).read_text("utf-8")
    for name in ("README.md", "docs/deploying.md"):
        assert "Python 3.11 to 3.13" in (ROOT / name).read_text("utf-8")
