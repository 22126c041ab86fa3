"""docs/lesson.ipynb: a valid notebook without outputs, whose code cells run from top to bottom."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.training.samples import digit
from tests.waiting import TIMEOUT
from webapp.nets.cards import read_card
from webapp.nets.inspection.graph import read_graph
from webapp.settings import ROOT
from webapp.training.ink_file import to_line

LESSON = ROOT / "docs" / "lesson.ipynb"
NOTEBOOK = json.loads(LESSON.read_text("utf-8"))
CELLS = NOTEBOOK["cells"]
FIELDS = {"markdown": {"source"}, "code": {"source", "outputs", "execution_count"}}
# Of what reads the room's export, and of what that needs.
OWN_INK = ("setup", "imports", "own-read")


def source(cell: dict) -> str:
    return "".join(cell["source"])


def run(folder: Path, cells: tuple[str, ...] = (), **variables: object) -> str:
    """Run code cells, all by default, as one program in the lesson's short form; return what it prints."""
    chosen = [cell for cell in CELLS if cell["cell_type"] == "code" and (not cells or cell["id"] in cells)]
    program = folder / "lesson.py"
    program.write_text("\n\n".join(map(source, chosen)), "utf-8")
    known = {name: value for name, value in os.environ.items() if not name.startswith("INKWISE_")}
    known |= {"INKWISE_LESSON_SHORT": "1", "MPLBACKEND": "Agg", "TMPDIR": str(folder)}
    known |= {"INKWISE_ROOM_FOLDER": str(folder / "room"), "INKWISE_DATA": str(folder / "none")}
    result = subprocess.run(
        [sys.executable, str(program)],
        cwd=LESSON.parent,
        env=known | {name: str(value) for name, value in variables.items()},
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=TIMEOUT,
    )
    assert result.returncode == 0, result.stderr
    return result.stdout


def test_notebook_has_the_fields_of_format_4_5():
    assert (NOTEBOOK["nbformat"], NOTEBOOK["nbformat_minor"]) == (4, 5)
    assert set(NOTEBOOK) == {"cells", "metadata", "nbformat", "nbformat_minor"}
    for cell in CELLS:
        assert set(cell) == {"cell_type", "id", "metadata"} | FIELDS[cell["cell_type"]]
        assert re.fullmatch("[a-zA-Z0-9_-]{1,64}", cell["id"])
        assert cell["source"]
        assert all(line.endswith("\n") for line in cell["source"][:-1])
    assert len({cell["id"] for cell in CELLS}) == len(CELLS)


def test_notebook_is_stored_without_outputs():
    for cell in CELLS:
        assert cell.get("outputs", []) == [], cell["id"]
        assert cell.get("execution_count") is None, cell["id"]
        assert cell["metadata"] == {}, cell["id"]
    assert LESSON.read_text("utf-8") == json.dumps(NOTEBOOK, indent=1, ensure_ascii=False) + "\n"


def test_links_of_the_notebook_lead_to_files():
    text = "".join(source(cell) for cell in CELLS if cell["cell_type"] == "markdown")
    targets = re.findall(r"\]\(([^()\s]+)\)", text)
    assert targets
    for target in targets:
        assert (LESSON.parent / target).is_file(), target


@pytest.mark.slow
def test_lesson_trains_a_network_that_inkwise_serves(tmp_path):
    own = tmp_path / "own.jsonl"
    lines = [to_line(digit(label)) for label in range(10)]
    unlabeled = json.dumps(json.loads(lines[0]) | {"label": None})
    own.write_text("\n".join([*lines, unlabeled]), "utf-8")
    printed = run(tmp_path, INKWISE_OWN_INK=own)
    for sentence in (
        "3 hidden layers without activation  differs by 0.00000: linear",
        "The same as Keras, for 500 digits.",
        "step     gradient of the hidden layer    0.000",
        "Added lesson: it reads",
        "The served network gives the same answer for 100.0% of the test digits.",
        "own.jsonl: 10 inks read, 1 left out",
    ):
        assert sentence in printed
    assert re.search(r"\d+ of 10 are read right", printed)
    folder = tmp_path / "room" / "models"
    assert read_card(folder, "lesson")["hidden_layers"] == 2
    assert read_graph(folder / "lesson.keras").digit.units == 10


@pytest.mark.slow
def test_lesson_without_own_drawings_says_so_and_goes_on(tmp_path):
    own = tmp_path / "missing.jsonl"
    printed = run(tmp_path, OWN_INK, INKWISE_OWN_INK=own)
    assert f"There are no drawings of yours in {own}" in printed
    assert "inks.jsonl: 20 inks read" in printed


@pytest.mark.slow
def test_lesson_with_unlabeled_drawings_says_what_to_do(tmp_path):
    own = tmp_path / "own.jsonl"
    own.write_text(json.dumps(json.loads(to_line(digit(3))) | {"label": None}), "utf-8")
    printed = run(tmp_path, (*OWN_INK, "own-predict"), INKWISE_OWN_INK=own)
    assert "own.jsonl: 0 inks read, 1 left out" in printed
    assert "No drawing has a label" in printed
