"""UNIPEN folders: small ones made here for every rule and every fault, and the real one."""

import json
from collections import Counter

import numpy as np
import pytest

from webapp.errors import DataError
from webapp.training.ink_file import read_inks
from webapp.training.unipen import delineate, main, normalize, read_folder

INK = ".PEN_DOWN\n0 0\n0 10\n.PEN_UP\n.PEN_DOWN\n20 0\n20 10\n10 10\n.PEN_UP\n"


@pytest.fixture
def unipen(tmp_path):
    """Return a function that writes files (path below the folder, text) and returns the folder."""

    def write(page: str, **others: str):
        for name, text in {"data/1a/here/x/page.dat": page, **others}.items():
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        return tmp_path

    return write


def lists(strokes) -> list:
    return [stroke.tolist() for stroke in strokes]


def test_read_folder_flips_y_and_scales_to_1000(unipen):
    samples, faults = read_folder(unipen(INK + '.SEGMENT CHARACTER 0-1 ? "4"'))

    assert faults == []
    assert (samples[0].label, samples[0].writer, samples[0].site) == (4, "here/x/page", "here")
    assert lists(samples[0].strokes) == [[[0, 500], [0, 0]], [[1000, 500], [1000, 0], [500, 0]]]


def test_read_folder_reads_ink_from_includes(unipen):
    page = '.INCLUDE here/ink.dat\n.SEGMENT CHARACTER 1 ? "7"'

    samples, faults = read_folder(unipen(page, **{"include/here/ink.dat": INK}))

    assert (len(samples), faults) == (1, [])


def test_read_folder_ignores_missing_includes(unipen):
    samples, faults = read_folder(unipen(".INCLUDE here/missing.doc\n" + INK + '.SEGMENT CHARACTER 1 ? "7"'))

    assert (len(samples), faults) == (1, [])


@pytest.mark.parametrize("target", ["here/loop.dat", "../../secret.dat", "", "a\0b", "x" * 5000])
def test_read_folder_rejects_circular_and_outside_includes(unipen, tmp_path, target):
    (tmp_path.parent / "secret.dat").write_text(INK)
    page = f'.INCLUDE {target}\n.SEGMENT CHARACTER 0 ? "1"'

    samples, faults = read_folder(unipen(page, **{"include/here/loop.dat": ".INCLUDE here/loop.dat"}))

    assert samples == []
    assert "one of the 0 components" in faults[0].reason


def test_read_folder_accepts_segments_before_their_ink(unipen):
    samples, _ = read_folder(unipen('.SEGMENT CHARACTER 0 ? "1"\n' + INK))

    assert lists(samples[0].strokes) == [[[0, 1000], [0, 0]]]


def test_read_folder_selects_x_and_y_by_coord(unipen):
    page = '.COORD T Y P X\n.PEN_DOWN\n0 5 9 1\n8 9 9 2\n.SEGMENT DIGIT 0 ? "1"'

    samples, _ = read_folder(unipen(page))

    assert lists(samples[0].strokes) == [[[0, 1000], [250, 0]]]


def test_read_folder_equalizes_points_per_inch(unipen):
    page = f'.X_POINTS_PER_INCH 200\n.Y_POINTS_PER_INCH 100\n{INK}.SEGMENT CHARACTER 0-1 ? "4"'

    samples, _ = read_folder(unipen(page))

    assert lists(samples[0].strokes)[0] == [[0, 1000], [0, 0]]  # 20 wide, and 10 * 2 high


def test_read_folder_reads_text_labels_of_other_categories(unipen):
    folder = unipen("", **{"data/1c/here/page.dat": INK + '.SEGMENT CHARACTER 0-1 ? "b"'})

    samples, faults = read_folder(folder, "1c")

    assert ([sample.label for sample in samples], faults) == (["b"], [])


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        ('.SEGMENT CHARACTER 2 ? "7"', "one of the 2 components, counted from 0, received 2"),
        ('.SEGMENT CHARACTER 0-99 ? "7"', "received 99"),
        ('.SEGMENT CHARACTER 1-0 ? "7"', "an ascending range, received 1-0"),
        ('.SEGMENT CHARACTER -1 ? "7"', "expected components as"),
        ('.SEGMENT CHARACTER 0-x ? "7"', "expected components as"),
        ('.SEGMENT CHARACTER 0, ? "7"', "expected components as"),
        ('.SEGMENT CHARACTER 99999999999999999999 ? "7"', "expected components as"),
        ('.SEGMENT CHARACTER 0:9-0:9 ? "7"', "received one without"),
        ('.SEGMENT CHARACTER 0:0 ? "7"', "single point"),
        (".SEGMENT CHARACTER 0 ? 7", "expected a segment as"),
        (".SEGMENT", "expected a segment as"),
        ('.SEGMENT CHARACTER 0 ? "a"', "label as an int from 0 to 9, received 'a'"),
        ('.SEGMENT CHARACTER 0 ? "12"', "received '12'"),
        ('.SEGMENT CHARACTER 0 ? "²"', "label as an int"),
        ('.SEGMENT WORD 0-1 ? "41"', "received WORD"),
        (".COORD X T", "expected .COORD with X and Y"),
        (".X_POINTS_PER_INCH zero", "expected a number above 0, received 'zero'"),
        (".X_POINTS_PER_MM nan", "expected a number above 0"),
        (".NONSENSE 1 2 3", "expected a keyword of UNIPEN, received .NONSENSE"),
        (".PEN_DOWN\n1 2\n3", "expected 2 numbers a point, received 3"),
        (".PEN_DOWN\n1 two", "expected points as numbers"),
        (".PEN_DOWN\n1 nan", "expected finite numbers"),
        (".PEN_DOWN\n1 1e308", "expected finite numbers"),
    ],
)
def test_read_folder_reports_faults_with_line_numbers(unipen, bad, reason):
    page = f'{INK}.SEGMENT CHARACTER 0 ? "1"\n{bad}\n.SEGMENT CHARACTER 1 ? "7"'

    samples, faults = read_folder(unipen(page))

    assert [sample.label for sample in samples] == [1, 7]
    assert [fault.line for fault in faults] == [11]
    assert faults[0].file.endswith("page.dat")
    assert reason in faults[0].reason


def test_read_folder_counts_unreadable_components(unipen):
    broken = ".PEN_DOWN\n1 two\n.PEN_UP\n.PEN_DOWN\n.PEN_UP\n"
    page = f'{broken}{INK}.SEGMENT CHARACTER 2 ? "1"\n.SEGMENT CHARACTER 0 ? "1"'

    samples, faults = read_folder(unipen(page))

    assert lists(samples[0].strokes) == [[[0, 1000], [0, 0]]]
    assert ["received one without" in fault.reason for fault in faults] == [False, True]


def test_read_folder_accepts_declared_keywords(unipen):
    samples, faults = read_folder(unipen(f'.KEYWORD .SHOE [F]\n.SHOE 43\n{INK}.SEGMENT CHARACTER 0 ? "1"'))

    assert (len(samples), faults) == (1, [])


def test_read_folder_reports_a_missing_category(tmp_path):
    with pytest.raises(DataError, match="expected UNIPEN files below .*1a, but found none"):
        read_folder(tmp_path)


@pytest.mark.parametrize(
    ("delineation", "expected"),
    [
        ("0", [[0, 1, 2]]),
        ("0-2", [[0, 1, 2], [10, 11, 12], [20, 21, 22]]),
        ("2,0", [[20, 21, 22], [0, 1, 2]]),
        ("0-1,3", [[0, 1, 2], [10, 11, 12], [30, 31, 32]]),
        ("0:1-2:0", [[1, 2], [10, 11, 12], [20]]),
        ("1:1-1:2", [[11, 12]]),
        ("1:1-2", [[11, 12], [20, 21, 22]]),
        ("1-2:1", [[10, 11, 12], [20, 21]]),
    ],
)
def test_delineate_parses_ranges_lists_and_parts(delineation, expected):
    components = [np.array([[ten + one, 0] for one in range(3)]) for ten in (0, 10, 20, 30)]

    strokes = delineate(components, delineation)

    assert [stroke[:, 0].tolist() for stroke in strokes] == expected


def test_normalize_drops_repeated_points():
    strokes = normalize([np.array([[0, 0], [0, 0], [0, 9], [0, 9], [0, 0]])])

    assert lists(strokes) == [[[0, 1000], [0, 0], [0, 1000]]]


def test_main_writes_samples_and_prints_faults(unipen, tmp_path, capsys):
    folder = unipen(INK + '.SEGMENT CHARACTER 0-1 ? "4"\n.SEGMENT CHARACTER 7 ? "1"')

    code = main([str(folder), "--out", str(tmp_path / "out.jsonl")])

    printed = capsys.readouterr().out
    assert code == 0
    assert json.loads((tmp_path / "out.jsonl").read_text())["strokes"][0] == [[0, 500], [0, 0]]
    assert "1 inks read, 1 left out" in printed
    assert "page.dat, line 11: expected one of the 2 components" in printed


def test_main_reports_a_wrong_folder_with_code_2(tmp_path, capsys):
    code = main([str(tmp_path / "nowhere")])

    assert code == 2
    assert capsys.readouterr().err.startswith("error: expected UNIPEN files below")


def test_real_folder_matches_pen_digits(data_folder):
    expected, _ = read_inks(data_folder / "pen_digits.jsonl")

    samples, faults = read_folder(data_folder / "unipen")

    sites = {"apa", "apb", "app", "ibm"}
    assert contents(samples) == contents(sample for sample in expected if sample.site in sites)
    assert ["single point" in fault.reason for fault in faults] == [True, True, True]


def contents(samples) -> Counter:
    return Counter((sample.label, sample.writer, str(lists(sample.strokes))) for sample in samples)
