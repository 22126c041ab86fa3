"""The list of mutants matches the code, and the tool reports protections that no test misses."""

import ast
import sys
from collections import Counter
from pathlib import Path

import pytest

from tools import mutants
from tools.mutants import Mutant, copy_of_tree, read_mutants

ROOT = Path(__file__).resolve().parent.parent.parent
MUTANTS = read_mutants()
TREE = {
    "webapp/code.py": "LIMIT = 7\n",
    "tests/test_code.py": "from webapp.code import LIMIT\n\n\ndef test_limit():\n    assert LIMIT == 7\n",
    "tests/test_sum.py": "def test_sum():\n    assert 1 + 1 == 2\n",
    "pyproject.toml": "[tool.pytest.ini_options]\npythonpath = ['.']\nmarkers = ['slow: not here']\n",
}


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.name)
def test_mutant_matches_its_file_once_and_names_tests(mutant: Mutant):
    """After a change of the code, change the entry in tools/mutants.toml, and run `make mutants`."""
    text = (ROOT / mutant.file).read_text("utf-8")
    assert text.count(mutant.old) == 1
    assert mutant.new != mutant.old
    ast.parse(text.replace(mutant.old, mutant.new))
    assert mutant.tests
    assert all((ROOT / test).is_file() for test in mutant.tests)


def test_mutants_have_unique_names():
    assert [name for name, count in Counter(mutant.name for mutant in MUTANTS).items() if count > 1] == []
    assert len(MUTANTS) >= 200


@pytest.fixture
def root(tmp_path, monkeypatch) -> Path:
    """A small tree with a protection, its test and a list of mutants to write; the tool works on it."""
    for path, text in TREE.items():
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).write_text(text)
    (tmp_path / "tools").mkdir()
    monkeypatch.setattr(mutants, "ROOT", tmp_path)
    monkeypatch.setattr(mutants, "LIST", tmp_path / "tools" / "mutants.toml")
    monkeypatch.setattr(mutants, "PRELOADED", ())
    return tmp_path


def write_list(root: Path, old: str, test: str) -> None:
    entry = {"name": "a limit", "file": "webapp/code.py", "old": old, "new": "LIMIT = 8"}
    lines = ["[[mutant]]", *(f"{key} = '{value}'" for key, value in entry.items()), f"tests = ['{test}']"]
    (root / "tools" / "mutants.toml").write_text("\n".join(lines))


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no make and no fork")
@pytest.mark.parametrize(
    ("old", "test", "status", "report"),
    [
        ("LIMIT = 7", "tests/test_code.py", 0, "1 protections removed, 0 unnoticed"),
        ("LIMIT = 7", "tests/test_sum.py", 1, "a limit (webapp/code.py): SURVIVED"),
        ("LIMIT = 9", "tests/test_code.py", 1, "expected its text once in webapp/code.py, found it 0 times"),
        ("LIMIT = 7", "tests/test_none.py", 1, "expected tests that pass without a mutant"),
    ],
)
def test_mutants_report_survivors(root, capsys, old, test, status, report):
    write_list(root, old, test)
    assert mutants.main([]) == status
    assert report in capsys.readouterr().out
    assert (root / "webapp" / "code.py").read_text() == "LIMIT = 7\n"


def test_mutants_of_no_name_are_an_error(root):
    write_list(root, "LIMIT = 7", "tests/test_code.py")
    assert mutants.main(["another"]) == 1


def test_mutant_changes_the_copy_only(root):
    with copy_of_tree(root) as tree:
        Mutant("a limit", "webapp/code.py", "7", "8", ()).apply(tree)
        assert (tree / "webapp" / "code.py").read_text() == "LIMIT = 8\n"
        assert (tree / "pyproject.toml").is_symlink()
    assert (root / "webapp" / "code.py").read_text() == "LIMIT = 7\n"
    assert not tree.exists()
