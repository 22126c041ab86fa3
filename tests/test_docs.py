"""Links, images, anchors, file names and figures of the documentation are those of the project."""

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from webapp.nets.cards import read_card

ROOT = Path(__file__).resolve().parent.parent
NAMES = ("README.md", "CONTRIBUTING.md", "CHANGELOG.md")
DOCUMENTS = [*(ROOT / name for name in NAMES), *sorted((ROOT / "docs").rglob("*.md"))]
FOLDERS = "webapp|static|templates|tests|tools|deploy|docs|benchmarks"

FENCE = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
CODE_BLOCK = re.compile(r"^(?: {4}|\t)(?! *(?:[-*!]|\d+\.) ?).*$", re.MULTILINE)
CODE = re.compile(r"`[^`\n]+`")
HEADING = re.compile(r"^#{1,6} (.+?) *#*$", re.MULTILINE)
LINK = re.compile(r"\]\(([^()\s]+)\)")
EXTERNAL = re.compile(r"[a-z]+:")
# No placeholder such as NAME or UUID, and no wildcard.
REPOSITORY_PATH = re.compile(rf"`((?:{FOLDERS})/(?:(?!NAME)[\w.@/-])*)`")
TREE_LINE = re.compile(r"^ {4}((?:  )*)([\w./@-]+(?:  [\w./@-]+/)*)(?: {2,}\S.*)?$")


def each(pattern: re.Pattern, text: str, document: Path) -> Iterator:
    """Yield a test parameter for each match of a pattern in a document."""
    for target in sorted(set(pattern.findall(text))):
        yield pytest.param(document, target, id=f"{document.relative_to(ROOT)}: {target}")


def prose(document: Path) -> str:
    """Return a document without code blocks and code spans."""
    return CODE.sub("", CODE_BLOCK.sub("", FENCE.sub("", document.read_text("utf-8"))))


def anchors(document: Path) -> set[str]:
    """Return the anchors that GitHub makes of a document's headings."""
    found, seen = set(), Counter()
    for heading in HEADING.findall(FENCE.sub("", document.read_text("utf-8"))):
        words = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading)
        anchor = re.sub(r"[^\w\- ]", "", words.lower()).replace(" ", "-")
        found.add(f"{anchor}-{seen[anchor]}" if seen[anchor] else anchor)
        seen[anchor] += 1
    return found


LINKS = [
    link
    for document in DOCUMENTS
    for link in each(LINK, prose(document), document)
    if not EXTERNAL.match(link.values[1])
]
PATHS = [
    path for document in DOCUMENTS for path in each(REPOSITORY_PATH, document.read_text("utf-8"), document)
]


def tree(text: str) -> Iterator[Path]:
    """Yield the path of each file and folder in the tree of README.md."""
    parents: list[Path] = []
    for line in text.splitlines():
        match = TREE_LINE.fullmatch(line)
        if match is None:
            continue
        depth, names = len(match[1]) // 2, match[2].split()
        folder = parents[depth - 1] if depth else ROOT
        yield from (folder / name for name in names)
        parents[depth:] = [folder / names[0]]


@pytest.mark.parametrize(("document", "target"), LINKS)
def test_docs_link_leads_to_a_file_and_heading(document: Path, target: str):
    name, _, anchor = target.partition("#")
    file = (document.parent / name).resolve() if name else document
    assert file.is_relative_to(ROOT)
    assert file.exists()
    if anchor:
        assert anchor in anchors(file)


@pytest.mark.parametrize(("document", "path"), PATHS)
def test_docs_path_exists(document: Path, path: str):
    assert (ROOT / path).exists()


def test_docs_tree_of_readme_exists():
    text = (ROOT / "README.md").read_text("utf-8")
    section = text.partition("## Where to find what")[2].partition("\n## ")[0]
    paths = list(tree(section))
    assert len(paths) > 30
    assert [str(path.relative_to(ROOT)) for path in paths if not path.exists()] == []


def test_docs_readme_states_the_scores_of_conv():
    scores = read_card(ROOT / "models", "conv")["scores"]
    pen, mnist = (f"{100 * scores[name]:.1f} %" for name in ("pen_test", "mnist_test"))
    text = " ".join((ROOT / "README.md").read_text("utf-8").split())
    assert f"`conv` predicts {pen} of them correctly and {mnist} of MNIST's test set" in text


def test_docs_anchor_is_what_github_makes_of_a_heading(tmp_path: Path):
    document = tmp_path / "page.md"
    document.write_text("# `POST` & more\n## Same\n## Same\n```\n# no heading\n```\n", "utf-8")
    assert anchors(document) == {"post--more", "same", "same-1"}
