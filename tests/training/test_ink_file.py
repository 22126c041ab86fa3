"""Ink as JSON Lines: what is read, what is left out and why, and that writing loses nothing."""

import json
import subprocess
import sys

import numpy as np
import pytest

from tests.waiting import TIMEOUT
from webapp.errors import DataError
from webapp.settings import ROOT
from webapp.training.ink_file import Fault, Sample, describe_reading, ink_id, read_inks, to_line, write_inks

GOOD = '{"label": 7, "writer": "ibm/r0414", "strokes": [[[0, 0], [10.5, 20]]]}'


@pytest.fixture
def ink_file(tmp_path):
    """Return a function that writes lines to a file and returns its path."""

    def write(*lines: str | bytes):
        path = tmp_path / "inks.jsonl"
        path.write_bytes(b"\n".join(line if isinstance(line, bytes) else line.encode() for line in lines))
        return path

    return write


def line(label=7, writer="ibm/r0414", strokes=None) -> str:
    return json.dumps({"label": label, "writer": writer, "strokes": strokes or [[[0, 0], [10, 20]]]})


def test_read_inks_returns_label_writer_and_strokes(ink_file):
    samples, faults = read_inks(ink_file(GOOD))

    assert faults == []
    assert (samples[0].label, samples[0].writer, samples[0].site) == (7, "ibm/r0414", "ibm")
    assert samples[0].is_digit
    assert samples[0].strokes[0].dtype == np.float64
    assert samples[0].strokes[0].tolist() == [[0, 0], [10.5, 20]]


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        ('{"label": 7, "writer"', "expected JSON"),
        (b"\xff\xfe\xff", "expected JSON"),
        ("[" * 100_000, "nested too deeply"),
        ('{"label": %s}' % ("9" * 5000), "thousands of digits"),
        ("[1, 2]", "received list"),
        ("null", "received NoneType"),
        ('{"writer": "a", "strokes": [[[0, 0], [1, 1]]]}', "label as an int from 0 to 9, received None"),
        (line(label=10), "received 10"),
        (line(label=-1), "received -1"),
        (line(label=7.0), "received 7.0"),
        (line(label="7"), "received '7'"),
        (line(label=True), "received True"),
        ('{"label": %s}' % ("[" * 900 + "]" * 900), "received [[["),
        (line(label="a"), "received 'a'"),
        (line(writer=""), "writer as a string"),
        (line(writer=5), "writer as a string"),
        (line(writer="\ud800/anna"), "whole characters in writer and label, received '\\ud800/anna'"),
        ('{"label": 7, "writer": "a"}', "received None"),
        ('{"label": 7, "writer": "a", "strokes": []}', "without any"),
        (line(strokes=[[]]), "without any"),
        (line(strokes=[[[0, 0], [1, 1]], []]), "empty stroke"),
        (line(strokes=[[[5, 5]]]), "single point"),
        (line(strokes=[[[5, 5], [5, 5]], [[5, 5]]]), "single point"),
        (line(strokes=[[[0, 0], [float("nan"), 1]]]), "finite numbers"),
        (line(strokes=[[[0, 0], [float("inf"), 1]]]), "finite numbers"),
        (line(strokes=[[[0, 0], [1e308, 1]]]), "finite numbers"),
        (line(strokes=[[[0, 0], [10**400, 1]]]), "finite numbers"),
        (line(strokes=[[[0, 0], [1, 2, 3]]]), "[x, y]"),
        (line(strokes=[[[0, 0]] * 10_001]), "at most 10,000 points"),
    ],
)
def test_read_inks_skips_bad_lines(ink_file, bad, reason):
    samples, faults = read_inks(ink_file(GOOD, bad, GOOD))

    assert len(samples) == 2
    assert [fault.line for fault in faults] == [2]
    assert reason in faults[0].reason


def test_read_inks_accepts_symbols_unless_digits_only(ink_file):
    path = ink_file(line(label="b"), line(label=".", strokes=[[[5, 5]]]), line(label=""), line(label=12))

    samples, faults = read_inks(path, digits_only=False)

    assert [sample.label for sample in samples] == ["b", "."]
    assert not samples[0].is_digit
    assert [fault.line for fault in faults] == [3, 4]


def test_read_inks_keeps_dots_with_other_strokes(ink_file):
    samples, faults = read_inks(ink_file(line(strokes=[[[0, 0], [1, 9]], [[5, 5]]])))

    assert faults == []
    assert [len(stroke) for stroke in samples[0].strokes] == [2, 1]


def test_read_inks_skips_but_counts_blank_lines(ink_file):
    samples, faults = read_inks(ink_file("", GOOD, "  \r", "rubbish", GOOD, ""))

    assert len(samples) == 2
    assert [fault.line for fault in faults] == [4]


def test_read_inks_reports_a_missing_file(tmp_path):
    with pytest.raises(DataError, match=r"expected a file of inks at .*nowhere\.jsonl, but: No such file"):
        read_inks(tmp_path / "nowhere.jsonl")


def test_read_inks_rejects_a_folder(tmp_path):
    with pytest.raises(DataError, match="expected a file of inks"):
        read_inks(tmp_path)


def test_write_inks_round_trips(ink_file, tmp_path):
    path = ink_file(GOOD, line(label=3))
    samples, _ = read_inks(path)

    count = write_inks(tmp_path / "copy.jsonl", samples)

    copied, faults = read_inks(tmp_path / "copy.jsonl")
    assert (count, faults) == (2, [])
    assert [ink_id(sample) for sample in copied] == [ink_id(sample) for sample in samples]
    assert [sample.writer for sample in copied] == [sample.writer for sample in samples]


def test_write_inks_interrupted_keeps_the_old_file(tmp_path):
    path = tmp_path / "inks.jsonl"
    path.write_text(GOOD)

    def stopped():
        yield Sample(1, "a/b", [np.zeros((2, 2))])
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_inks(path, stopped())

    assert path.read_text() == GOOD
    assert list(tmp_path.iterdir()) == [path]


KILLED = """
import os, sys
import numpy as np
from webapp.training.ink_file import Sample, write_inks

def samples():
    yield from [Sample(1, "a/b", [np.zeros((2, 2))])] * 10_000  # more than a buffer
    os._exit(9)

write_inks(sys.argv[1], samples())
"""


def test_write_inks_killed_keeps_the_old_file(tmp_path):
    path = tmp_path / "inks.jsonl"
    path.write_text(GOOD)
    ended = subprocess.run([sys.executable, "-c", KILLED, str(path)], cwd=ROOT, timeout=TIMEOUT)
    assert ended.returncode == 9
    assert path.read_text() == GOOD


def test_write_inks_reports_a_missing_folder(tmp_path):
    with pytest.raises(DataError, match="expected to write inks"):
        write_inks(tmp_path / "no" / "inks.jsonl", [])


def test_to_line_writes_whole_numbers_without_a_point():
    sample = Sample(7, "ibm/r0414", [np.array([[0.0, 1000.0], [10.5, -3.0]])])

    assert to_line(sample) == '{"label":7,"writer":"ibm/r0414","strokes":[[[0,1000],[10.5,-3]]]}'


def test_ink_id_depends_on_ink_and_label_only():
    stroke = np.array([[0.0, 0.0], [5.0, 9.0]])
    name = ink_id(Sample(7, "a/b", [stroke]))

    assert len(name) == 12
    assert name == ink_id(Sample(7, "other/writer", [stroke.astype(int)]))
    assert name == ink_id(Sample(7, "a/b", [stroke - 1e-9]))
    assert name != ink_id(Sample(1, "a/b", [stroke]))
    assert name != ink_id(Sample(7, "a/b", [stroke + [0, 1]]))
    assert name != ink_id(Sample(7, "a/b", [stroke[:1], stroke[1:]]))


def test_describe_reading_counts_all_and_shows_the_first():
    faults = [Fault(line=3, reason="no JSON"), Fault(line=4, reason="no label", file="a.dat"), Fault(9, "no")]

    text = describe_reading("inks.jsonl", 1200, faults, shown=2)

    assert text.splitlines() == [
        "inks.jsonl: 1,200 inks read, 3 left out",
        "  line 3: no JSON",
        "  a.dat, line 4: no label",
        "  and 1 more",
    ]


def test_pen_digits_have_three_faulty_lines(data_folder):
    samples, faults = read_inks(data_folder / "pen_digits.jsonl")

    assert len(samples) == 11_667
    assert [fault.line for fault in faults] == [6077, 6567, 7007]
    assert {fault.reason for fault in faults} == {"expected a digit, received a single point"}
    assert {sample.label for sample in samples} == set(range(10))


def test_not_digits_have_text_labels(data_folder):
    samples, faults = read_inks(data_folder / "not_digits.jsonl", digits_only=False)

    assert (len(samples), faults) == (6_000, [])
    assert not any(sample.is_digit for sample in samples)
