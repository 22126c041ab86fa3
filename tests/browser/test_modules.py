"""The modules without DOM, each called inside the browser."""

import math

import numpy as np
import pytest

from tests.test_percent import PERCENTS
from webapp.ink.curve import to_polyline
from webapp.nets.inspection.quantization import pack_picture
from webapp.percent import percent


def test_history_undoes_and_redoes(module):
    states = module(
        "ink/ink.js",
        """const history = new m.UndoHistory("a"); history.push("b"); history.push("c");
           const seen = [history.state];
           for (const step of args) { history[step](); seen.push(history.state); }
           return seen;""",
        *["undo"] * 3,
        *["redo"] * 3,
    )
    assert states == ["c", "b", "a", "a", "b", "c", "c"]


def test_history_drops_redo_after_a_change(module):
    script = """const history = new m.UndoHistory(0);
                history.push(1); history.undo(); history.push(2); history.redo();
                return [history.state, history.canUndo, history.canRedo];"""
    assert module("ink/ink.js", script) == [2, True, False]


def test_ink_emits_events_in_order(module):
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
    reported = ["strokestarted", "strokeextended", "strokeended", "inkreplaced"]
    assert heard == [name for event in reported for name in (event, "inkchanged")]


def test_ink_reduces_jitter_to_a_dot(module):
    script = """const ink = new m.Ink();
                ink.begin([5, 5]); ink.extend([[6, 5], [5, 6]]); ink.end(3);
                ink.begin([5, 5]); ink.extend([[9, 5]]); ink.end(3);
                return ink.strokes;"""
    assert module("ink/ink.js", script) == [[[5, 5]], [[5, 5], [9, 5]]]


def test_ink_ignores_points_without_a_stroke(module):
    script = "const ink = new m.Ink(); ink.extend([[1, 2]]); ink.end(); return [ink.strokes, ink.canUndo];"
    assert module("ink/ink.js", script) == [[], False]


@pytest.mark.parametrize(
    ("points", "strokes"),
    [
        ([[500, 500], [500, 1100]], [[[500, 500], [500, 1000]]]),
        ([[500, 500], [-300, 900], [-300, 100]], [[[500, 500], [0, 750]]]),
        (
            [[500, 900], [500, 1100], [700, 1300], [800, 1100], [800, 900], [800, 800]],
            [[[500, 900], [500, 1000]], [[800, 1000], [800, 900], [800, 800]]],
        ),
        ([[500, 500], [500, -100], [1100, 500]], [[[500, 500], [500, 0]], [[600, 0], [1000, 400]]]),
        ([[1000, 500], [1000, 700]], [[[1000, 500], [1000, 700]]]),
        ([[1100, 500], [1100, 900]], []),
    ],
)
def test_strokes_are_clipped_to_the_pad(module, points: list, strokes: list):
    script = """const ink = new m.Ink(); ink.begin(args[0][0]); ink.extend(args[0].slice(1)); ink.end();
                const drawn = ink.strokes; ink.undo(); return [drawn, ink.strokes];"""
    drawn, undone = module("ink/ink.js", script, points)
    assert drawn == strokes
    assert undone == []  # one gesture, one step


def test_ink_of_links_is_clipped_and_undone_by_stroke(module):
    script = """const ink = new m.Ink(); ink.restore(args[0]); const seen = [ink.strokes];
                while (ink.canUndo) { ink.undo(); seen.push(ink.strokes); } return seen;"""
    over = [[900, 900], [900, 1200], [800, 1200], [800, 900]]
    parts = [[[900, 900], [900, 1000]], [[800, 1000], [800, 900]]]
    seen = module("ink/ink.js", script, [[[5, 5]], over, [[1500, 1500]]])
    assert seen == [[[[5, 5]], *parts], [[[5, 5]]], []]


@pytest.mark.parametrize(
    "put", ["ink.begin(points[0]); ink.extend(points); ink.end();", "ink.replace([points]);"]
)
def test_curve_does_not_leave_the_pad_between_points(module, put: str):
    script = f"""const ink = new m.Ink(); const [points] = args; {put} return ink.strokes;"""
    points = [[300, 10], [700, 10], [480, 750]]
    curve = "return m.toPolyline(args[0], 1, 50);"
    assert min(y for _, y in module("ink/curve.js", curve, points)) < -20
    (stroke,) = module("ink/ink.js", script, points)
    assert [stroke[0], stroke[-1]] == [points[0], points[-1]]
    assert min(y for _, y in module("ink/curve.js", curve, stroke)) > -1


def test_ink_emits_events_for_each_way_over_the_pad(module):
    names = ["strokestarted", "strokeextended", "strokeended"]
    script = """const ink = new m.Ink(); const heard = [];
                for (const name of args[1]) ink.on(name, () => heard.push([name, ink.strokes.length]));
                ink.begin(args[0][0]); ink.extend(args[0].slice(1)); ink.end(); return heard;"""
    heard = module("ink/ink.js", script, [[500, 900], [500, 1100], [800, 1100], [800, 900]], names)
    started, extended, ended = names
    assert heard == [[started, 1], [ended, 1], [started, 2], [extended, 2], [ended, 2]]


def test_eraser_cuts_strokes_and_is_one_step(module):
    script = """const ink = new m.Ink(); ink.replace(args[0]);
                ink.erase([[500, 100]]); ink.erase([[500, 300], [500, 600]]); ink.end();
                const left = ink.strokes; ink.undo(); return [left, ink.strokes];"""
    inks = [[[100, 500], [900, 500]], [[500, 200]], [[100, 800], [900, 800]]]
    (left, right, kept), restored = module("ink/ink.js", script, inks)
    assert [left[0], left[-1]] == [[100, 500], [pytest.approx(450, abs=8), 500]]
    assert [right[0], right[-1]] == [[pytest.approx(550, abs=8), 500], [900, 500]]
    assert kept == inks[2]
    assert restored == inks


@pytest.mark.parametrize(
    ("draw", "drawn"),
    [("", []), ("ink.begin([100, 100]); ink.extend([[200, 100]]);", [[[100, 100], [200, 100]]])],
)
def test_pen_draws_on_where_the_eraser_was_released(module, draw: str, drawn: list):
    script = f"""const ink = new m.Ink(); {draw} ink.erase([[500, 300]]); ink.extend([[600, 300]]);
                 ink.end(); return ink.strokes;"""
    assert module("ink/ink.js", script) == [*drawn, [[500, 300], [600, 300]]]


def test_eraser_keeps_the_curve_of_what_it_leaves(module):
    script = """const ink = new m.Ink(); ink.replace(args);
                ink.erase([[300, 950]]); ink.end(); return ink.strokes;"""
    stroke = [[100, 500], [500, 100], [900, 500], [300, 950]]
    (left,) = module("ink/ink.js", script, stroke)
    curve = module("ink/curve.js", "return m.toPolyline(args[0], 0.001, 200);", stroke)
    assert max(min(math.dist(point, other) for other in curve) for point in left) < 5
    assert math.dist(left[-1], stroke[-1]) == pytest.approx(50, abs=10)


def test_eraser_beside_the_ink_changes_nothing(module):
    script = """const ink = new m.Ink(); const heard = []; ink.replace(args[0]);
                ink.on("inkchanged", () => heard.push("inkchanged"));
                ink.erase([[900, 100], [900, 900]]); ink.end(); ink.undo(); return [ink.strokes, heard];"""
    assert module("ink/ink.js", script, [[[100, 100], [100, 900]]]) == [[], ["inkchanged"]]  # the undo


def test_pieces_of_a_stroke_join(module):
    points = [[0, 0], [10, 0], [20, 30], [0, 50]]
    pieces = module("ink/curve.js", "return m.piecesOf(args[0]);", points)
    assert [[piece["start"], piece["end"]] for piece in pieces] == [
        [points[0], points[1]], [points[1], points[2]], [points[2], points[3]]
    ]  # fmt: skip


def test_new_point_changes_the_last_piece_only(module):
    script = """const points = [[0, 0], [10, 0], [20, 30], [0, 50]]; const before = m.piecesOf(points);
                points.push([99, 99]); return [before, m.piecesOf(points)];"""
    before, after = module("ink/curve.js", script)
    assert [old == new for old, new in zip(before, after, strict=False)] == [True, True, False]


def test_polyline_equals_python(module):
    stroke = [[0, 0], [10, 0], [10, 0], [20, 30], [0, 50], [0.5, 50], [-70, 20]]
    polyline = module("ink/curve.js", "return m.toPolyline(args[0], 0.02, 100);", stroke)
    assert np.array_equal(polyline, to_polyline(np.array(stroke, float), 0.02, 100))


def test_path_of_a_dot_has_zero_length(module):
    assert module("ink/curve.js", "return m.toPath([[[3, 4]]]);") == "M3 4L3 4"


def test_path_of_three_points_is_two_curves(module):
    path = module("ink/curve.js", "return m.toPath([[[0, 0], [90, 0], [90, 90]]]);")
    assert path.startswith("M0 0C")
    assert path.count("C") == 2
    assert path.endswith(" 90 90")


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
        (PEN | {"button": 5}, None, LONG_AGO, True),
        (PEN | {"button": 2}, None, LONG_AGO, False),
    ],
)
def test_pointer_may_draw_by_type_and_size(
    module, contact: dict, active: dict | None, since_pen: float, expected: bool
):
    assert module("draw/pad.js", "return m.mayDraw(...args);", contact, active, since_pen) is expected


def test_percent_is_the_same_as_in_python(module):
    cases = [arguments for arguments, _ in PERCENTS]
    found = module("core/format.js", "return args[0].map((each) => m.percent(...each));", cases)
    assert found == [words for _, words in PERCENTS]


def test_percent_rounds_as_in_python(module):
    cases = [[step / 4000, decimals] for step in range(4001) for decimals in (0, 1, 2)]
    found = module("core/format.js", "return args[0].map((each) => m.percent(...each));", cases)
    assert found == [percent(*each) for each in cases]


def test_pixels_are_undone_and_cleared(module):
    script = """const pixels = new m.Pixels();
                const inked = () => pixels.values.filter((value) => value > 0).length;
                pixels.toggle(3); pixels.toggle(4); pixels.toggle(3); const counts = [inked()];
                pixels.undo(); counts.push(inked()); pixels.clear(); counts.push(inked());
                pixels.undo(); counts.push(inked()); return counts;"""
    assert module("ink/input.js", script) == [1, 2, 0, 2]


@pytest.mark.parametrize(("rival", "words"), [(0.03, "97 %, next is 2 with 3 %"), (0.001, "over 99 %")])
def test_second_digit_is_shown_if_likely(module, rival: float, words: str):
    answer = {"digit": 7, "is_digit": 1, "probabilities": [0, 0, rival, 0, 0, 0, 0, 1 - rival, 0, 0]}
    assert module("core/format.js", "return m.describe(args[0]).detail;", answer) == words


@pytest.mark.parametrize("share_of_zeros", [0.0, 0.7, 1.0])
def test_feature_maps_decode_python_quantization(module, share_of_zeros: float):
    random, shape = np.random.default_rng(2), (6, 4, 3)
    values = np.where(random.random(shape) < share_of_zeros, 0, random.uniform(-1, 2, shape))
    packed = pack_picture(values)
    layer = {"name": "conv_1", "shape": list(shape), "source": None} | packed
    found = module("inspect/unpack.js", "return Array.from(m.unpackLayers([args[0]])[0].values);", layer)
    assert found == pytest.approx(values.ravel().tolist(), abs=packed["scale"] / 2 + 1e-6)


@pytest.mark.parametrize(
    ("share", "text"), [(0.953, "95"), (1, "100"), (0.998, ">99"), (0.002, "<1"), (0, "0")]
)
def test_hundredths_match_percent(module, share: float, text: str):
    assert module("core/format.js", "return m.hundredths(args[0]);", share) == text


def test_pixels_of_one_stroke_are_undone_together(module):
    script = """const pixels = new m.Pixels();
                const inked = () => pixels.values.filter((value) => value > 0).length;
                const counts = [];
                pixels.begin(); pixels.paint(3, 255); pixels.paint(4, 255); counts.push(inked());
                pixels.end(); pixels.undo(); counts.push(inked()); pixels.redo(); counts.push(inked());
                pixels.begin(); pixels.paint(9, 255); pixels.cancel(); counts.push(inked());
                pixels.begin(); pixels.end(); pixels.undo(); counts.push(inked());
                return counts;"""
    assert module("ink/input.js", script) == [2, 0, 2, 2, 0]
