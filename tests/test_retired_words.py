"""The code and its documentation use standard terms: words of earlier versions do not return."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
FOLDERS = ("benchmarks", "deploy", "docs", "static", "templates", "tests", "tools", "webapp")
SUFFIXES = {".css", ".html", ".js", ".md", ".py", ".ts"}
# Not the CHANGELOG, which lists retired names, and not what is not prose.
EXCLUDED = {Path(__file__).name, "CHANGELOG.md", "names.py", "test_names.py"}
EXCLUDED |= {"postgres_process.py"}  # PostgreSQL runs as the system's user of that name
# A retired word, and the term that replaces it.
RETIRED = {
    r"(?i)\bdesks?\b": "inference slot, thread",
    r"(?i)\bcrowd(s|ed)?\b": "queue, overload",
    r"(?i)\basker\b": "client, request",
    r"(?i)\bstrangers?\b": "held-out writer",
    r"(?i)\bknock(s|ed)?\b": "authenticate",
    r"(?i)\bwhoever\b": "a client that, a user who",
    r"(?i)\b(nobody|somebody)\b": "no user, a user",
    r"(?i)\bin vain\b": "without success",
    r"(?i)\bfor good\b": "permanently",
    r"(?i)\b(is|are|was|were) told\b": "is reported, receives",
    r"(?i)\bsees to it\b": "ensures",
    r"(?i)\banew\b": "again",
    r"\b(PATIENCE|GIVE_UP)\b": "TIMEOUT",
    r"\bLADDER\b": "ARCHITECTURES",
    r"\b(kept_apart|KeptApart)\b": "held_out, HeldOut",
    r"(?i)\b(slowdown|turnstile|rehearsal)\b": "login throttle, lock, warm-up",
    r"(?i)\b(normalis|recognis|organis|initialis|serialis)(e|es|ed|ing|ation)\b": "American spelling",
    r"(?i)\b(colour|behaviour|neighbour|centre|licence|(un)?labelled)(s|d|ed|ing)?\b": "American spelling",
}
FILES = [
    *ROOT.glob("*.md"),
    *ROOT.glob("*.py"),
    *(path for folder in FOLDERS for path in (ROOT / folder).rglob("*") if path.suffix in SUFFIXES),
]


@pytest.mark.parametrize("pattern", RETIRED)
def test_retired_word_is_not_used(pattern):
    word = re.compile(pattern)
    found = [
        f"{path.relative_to(ROOT)}:{number}: {line.strip()[:90]}"
        for path in FILES
        if path.name not in EXCLUDED
        for number, line in enumerate(path.read_text("utf-8").splitlines(), start=1)
        if word.search(line)
    ]
    assert not found, f"expected {RETIRED[pattern]}, found in\n" + "\n".join(found)
