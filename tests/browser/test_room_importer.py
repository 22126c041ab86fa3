"""A file of drawings goes to the server in parts, whatever its size."""

import pytest

IMPORT = """
    const [content, size, failing] = args;
    const parts = [], shares = [];
    const send = async (part) => {
      const text = new TextDecoder().decode(part);
      parts.push(text);
      if (parts.length === failing) return { status: 503, body: null, message: "the disk is full" };
      const numbered = text.split("\\n").map((line, index) => ({ line: index + 1, reason: line }));
      const bad = numbered.filter(({ reason }) => reason === "bad");
      const body = { imported: 1, skipped: 2, expired: 3, left_out: bad.length, problems: bad };
      return { status: 200, body, message: "" };
    };
    const file = new Blob([content]);
    return m.importInParts(file, send, (share) => shares.push(share), size)
      .then((result) => ({ ...result, parts, shares }));
"""


def send(module, content: str, size: int, failing: int = 0) -> dict:
    return module("room/presenter_views.js", IMPORT, content, size, failing)


@pytest.mark.parametrize(
    ("content", "size", "parts"),
    [
        ("", 10, []),
        ("one\ntwo\n", 100, ["one\ntwo\n"]),
        ("one\ntwo\nthree\n", 8, ["one\ntwo\n", "three\n"]),
        ("one\ntwo\nthree", 9, ["one\ntwo\n", "three"]),
        ("one\na line longer than a part\ntwo\n", 6, ["one\n", "a line longer than a part\ntwo\n"]),
        ("no end of a line at all", 4, ["no end of a line at all"]),
        ("é\né\né\n", 4, ["é\n", "é\n", "é\n"]),
    ],
)
def test_importer_splits_at_line_ends(module, content, size, parts):
    result = send(module, content, size)
    assert result["parts"] == parts
    assert result["message"] is None
    assert result["shares"][-1:] == ([1] if parts else [])


def test_importer_sums_parts_and_line_numbers(module):
    result = send(module, "a\nb\nbad\nc\nbad\n", 6)
    assert result["parts"] == ["a\nb\n", "bad\nc\n", "bad\n"]
    found = result["found"]
    assert (found["imported"], found["skipped"], found["expired"], found["left_out"]) == (3, 6, 9, 2)
    assert [problem["line"] for problem in found["problems"]] == [3, 5]


def test_importer_stops_at_a_rejected_part(module):
    result = send(module, "a\nb\nc\n", 2, failing=2)
    assert result["message"] == "the disk is full"
    assert result["parts"] == ["a\n", "b\n"]
    assert result["found"]["imported"] == 1


def test_importer_reports_an_unreadable_file(module):
    script = """const slice = () => ({ arrayBuffer: () => Promise.reject(new Error("NotReadableError")) });
                return m.importInParts({ size: 5, slice }, null, () => {});"""
    result = module("room/presenter_views.js", script)
    assert "cannot read the file" in result["message"]
    assert result["found"]["imported"] == 0


def test_importer_lists_at_most_a_hundred_problems(module):
    found = send(module, "bad\n" * 150, 40)["found"]
    assert (len(found["problems"]), found["left_out"]) == (100, 150)
