"""The modules without DOM, each called inside the browser."""

import numpy as np
import pytest

from webapp.nets.inspection.quantization import pack_picture


def test_history_walks_back_and_forth(module):
    states = module(
        "ink/ink.js",
        """const history = new m.History("a"); history.push("b"); history.push("c");
           const seen = [history.state];
           for (const step of args) { history[step](); seen.push(history.state); }
           return seen;""",
        *["undo"] * 3,
        *["redo"] * 3,
    )
    assert states == ["c", "b", "a", "a", "b", "c", "c"]


def test_history_forgets_what_was_undone_after_a_change(module):
    script = """const history = new m.History(0);
                history.push(1); history.undo(); history.push(2); history.redo();
                return [history.state, history.canUndo, history.canRedo];"""
    assert module("ink/ink.js", script) == [2, True, False]


def test_ink_tells_what_happened_in_order(module):
    names = ["strokestarted", "strokeextended", "strokeended", "inkreplaced", "inkchanged"]
    heard = module(
        "ink/ink.js",
        """const ink = new m.Ink(); const heard = [];
           for (const name of args[0]) ink.addEventListener(name, () => heard.push(name));
           ink.begin([1, 1]); ink.extend([[1, 1]]); ink.extend([[2, 2], [9, 9]]); ink.end();
           ink.clear(); ink.clear();
           return heard;""",
        names,
    )
    told = ["strokestarted", "strokeextended", "strokeended", "inkreplaced"]
    assert heard == [name for event in told for name in (event, "inkchanged")]


def test_ink_makes_a_dot_of_a_stroke_within_the_jitter(module):
    script = """const ink = new m.Ink();
                ink.begin([5, 5]); ink.extend([[6, 5], [5, 6]]); ink.end(3);
                ink.begin([5, 5]); ink.extend([[9, 5]]); ink.end(3);
                return ink.strokes;"""
    assert module("ink/ink.js", script) == [[[5, 5]], [[5, 5], [9, 5]]]


def test_ink_without_a_stroke_under_way_takes_no_points(module):
    script = "const ink = new m.Ink(); ink.extend([[1, 2]]); ink.end(); return [ink.strokes, ink.canUndo];"
    assert module("ink/ink.js", script) == [[], False]


def test_pieces_of_a_stroke_join(module):
    script = """const points = [[0, 0], [10, 0], [20, 30], [0, 50]];
                const pieces = [1, 2, 3].map((index) => m.pieceAt(points, index)).concat(m.tailOf(points));
                return pieces.slice(1).map((piece, index) => [piece.from, pieces[index].to]);"""
    for start, end in module("ink/bitmap.js", script):
        assert start == end


def test_piece_once_known_does_not_change(module):
    script = """const points = [[0, 0], [10, 0], [20, 30]]; const before = m.pieceAt(points, 2);
                points.push([99, 99]); return [before, m.pieceAt(points, 2)];"""
    before, after = module("ink/bitmap.js", script)
    assert before == after


def test_path_of_a_dot_is_a_line_of_no_length(module):
    assert module("ink/bitmap.js", "return m.toPath([[[3, 4]]]);") == "M3 4L3 4"


MOUSE, FINGER, PEN = (
    {"pointerType": kind, "button": 0, "width": 1, "height": 1} for kind in ("mouse", "touch", "pen")
)
LONG_AGO = 1e9  # milliseconds


@pytest.mark.parametrize(
    ("contact", "active", "since_pen", "expected"),
    [
        (MOUSE, None, LONG_AGO, True),
        (MOUSE | {"button": 2}, None, LONG_AGO, False),
        (FINGER | {"width": 40, "height": 40}, None, LONG_AGO, True),
        (FINGER | {"width": 90}, None, LONG_AGO, False),
        (FINGER, None, 500, False),
        (FINGER, FINGER, LONG_AGO, False),
        (PEN, FINGER, LONG_AGO, True),
        (FINGER, PEN, LONG_AGO, False),
    ],
)
def test_contact_may_draw(module, contact: dict, active: dict | None, since_pen: float, expected: bool):
    assert module("draw/pad.js", "return m.mayDraw(...args);", contact, active, since_pen) is expected


@pytest.mark.parametrize(
    ("share", "words"),
    [(0.953, "95 %"), (1, "100 %"), (0.9999999, "over 99 %"), (1e-9, "under 1 %"), (0, "0 %"), (0.5, "50 %")],
)
def test_percent_does_not_round_to_certainty(module, share: float, words: str):
    assert module("core/format.js", "return m.percent(args[0]);", share) == words


def test_pixels_are_undone_and_cleared(module):
    script = """const pixels = new m.Pixels();
                const inked = () => pixels.values.filter((value) => value > 0).length;
                pixels.toggle(3); pixels.toggle(4); pixels.toggle(3); const counts = [inked()];
                pixels.undo(); counts.push(inked()); pixels.clear(); counts.push(inked());
                pixels.undo(); counts.push(inked()); return counts;"""
    assert module("ink/input.js", script) == [1, 2, 0, 2]


@pytest.mark.parametrize(("rival", "words"), [(0.03, "97 %, next is 2 with 3 %"), (0.001, "over 99 %")])
def test_second_digit_is_named_where_it_has_a_share(module, rival: float, words: str):
    answer = {"digit": 7, "is_digit": 1, "probabilities": [0, 0, rival, 0, 0, 0, 0, 1 - rival, 0, 0]}
    assert module("core/format.js", "return m.describe(args[0]).detail;", answer) == words


@pytest.mark.parametrize("share_of_zeros", [0.0, 0.7, 1.0])
def test_feature_maps_are_unpacked_as_python_packs_them(module, share_of_zeros: float):
    random, shape = np.random.default_rng(2), (6, 4, 3)
    values = np.where(random.random(shape) < share_of_zeros, 0, random.uniform(-1, 2, shape))
    packed = pack_picture(values)
    layer = {"name": "conv_1", "shape": list(shape), "source": None} | packed
    found = module("inspect/question.js", "return Array.from(m.unpackLayers([args[0]])[0].values);", layer)
    assert found == pytest.approx(values.ravel().tolist(), abs=packed["scale"] / 2 + 1e-6)


@pytest.mark.parametrize(
    ("share", "text"), [(0.953, "95"), (1, "100"), (0.998, ">99"), (0.002, "<1"), (0, "0")]
)
def test_hundredths_say_what_percent_says(module, share: float, text: str):
    assert module("core/format.js", "return m.hundredths(args[0]);", share) == text


def test_pixels_of_one_stroke_are_undone_together(module):
    script = """const pixels = new m.Pixels();
                const inked = () => pixels.values.filter((value) => value > 0).length;
                const counts = [];
                pixels.begin(); pixels.paint(3, 255); pixels.paint(4, 255); counts.push(inked());
                pixels.end(); pixels.undo(); counts.push(inked()); pixels.redo(); counts.push(inked());
                pixels.begin(); pixels.paint(9, 255); pixels.drop(); counts.push(inked());
                pixels.begin(); pixels.end(); pixels.undo(); counts.push(inked());
                return counts;"""
    assert module("ink/input.js", script) == [2, 0, 2, 2, 0]
