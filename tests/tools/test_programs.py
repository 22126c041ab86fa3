"""Programs are found on the PATH, in known folders, or by environment variable."""

import pytest

from tools import programs
from tools.programs import Program, find_program, require_program


@pytest.fixture
def program(tmp_path, monkeypatch):
    """A made-up program that lies nowhere yet."""
    program = Program("inkpot", "inkpots", (f"{tmp_path}/*/bin",))
    monkeypatch.setitem(programs.PROGRAMS, "inkpot", program)
    return program


def put(folder):
    """Put an executable into `folder` and return its path."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "inkpot"
    path.write_text("#!/bin/sh\n")
    path.chmod(0o755)
    return str(path)


def test_missing_program_is_none(program):
    assert find_program("inkpot") is None


def test_program_is_found_in_its_newest_version(program, tmp_path):
    put(tmp_path / "14" / "bin")
    newest = put(tmp_path / "15" / "bin")
    assert find_program("inkpot") == newest


def test_program_path_can_be_set_by_environment(program, tmp_path, monkeypatch):
    put(tmp_path / "15" / "bin")
    named = put(tmp_path / "mine")
    monkeypatch.setenv("INKWISE_INKPOT", named)
    assert find_program("inkpot") == named


def test_program_missing_at_environment_path_raises(program, monkeypatch):
    monkeypatch.setenv("INKWISE_INKPOT", "/nothing/inkpot")
    with pytest.raises(FileNotFoundError, match="expected inkpot at INKWISE_INKPOT=/nothing/inkpot"):
        find_program("inkpot")


@pytest.mark.parametrize(("variable", "outcome"), [("1", pytest.fail.Exception), ("", pytest.skip.Exception)])
def test_missing_program_fails_on_ci_and_skips_elsewhere(program, monkeypatch, variable, outcome):
    monkeypatch.setenv("CI", variable)
    with pytest.raises(outcome, match="expected inkpot, found none"):
        require_program("inkpot")
