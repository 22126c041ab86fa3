"""Ink becomes the same bitmap wherever and however large it was drawn, made as MNIST's digits were."""

import numpy as np
import pytest

from tests.ink.reference import reference_bitmap
from webapp.ink import bitmap as bitmap_module
from webapp.ink.bitmap import (
    CHUNK,
    MAX_LINES,
    MAX_STROKES,
    OUTER,
    _pairs,
    draw,
    fit_to_box,
    follow_curves,
    to_bitmap,
    to_lines,
)
from webapp.training.ink_file import read_inks

SEVEN = [[[0, 0], [60, 2], [35, 50], [20, 100]], [[20, 52], [55, 48]]]
FOUR = [[[40, 0], [0, 60], [80, 60]], [[60, 30], [55, 110]]]
EIGHT = [[[50 + 30 * np.sin(2 * t), 50 - 50 * np.cos(t)] for t in np.linspace(0, 2 * np.pi, 60)]]
ONE = [[[5, 0], [5, 100]]]
DASH = [[[0, 7], [100, 7]]]
INKS = {"seven": SEVEN, "four": FOUR, "eight": EIGHT, "one": ONE, "dash": DASH}

# Of 255. The reference places its edges to 1/16 pixel and takes 24 widths for the ramp: each is worth
# about 14 gray levels at worst, and one on the average over the bitmap of a digit.
MOST = 32
MEAN = 2


@pytest.fixture(params=INKS)
def ink(request) -> list[np.ndarray]:
    return arrays(INKS[request.param])


def arrays(strokes) -> list[np.ndarray]:
    return [np.array(stroke, float) for stroke in strokes]


def inked_box(bitmap: np.ndarray) -> tuple[int, int]:
    """Return how many columns and rows lie from the first to the last that is touched."""
    columns, rows = np.flatnonzero(bitmap.any(axis=0)), np.flatnonzero(bitmap.any(axis=1))
    return columns[-1] - columns[0] + 1, rows[-1] - rows[0] + 1


def test_to_bitmap_returns_28x28_bytes(ink):
    bitmap = to_bitmap(ink)

    assert bitmap.shape == (28, 28)
    assert bitmap.dtype == np.uint8
    assert bitmap.max() == 255
    assert bitmap[0, 0] == 0


@pytest.mark.parametrize("size", [1e-4, 0.01, 0.5, 3, 1_000, 1e6])
def test_to_bitmap_is_the_same_at_any_size(ink, size):
    scaled = [stroke * size for stroke in ink]

    assert np.abs(to_bitmap(scaled).astype(int) - to_bitmap(ink)).max() <= 1


@pytest.mark.parametrize("offset", [(500, 0), (0, -500), (-1_000, 1_000), (1e6, 1e6)])
def test_to_bitmap_is_the_same_anywhere(ink, offset):
    moved = [stroke + offset for stroke in ink]

    assert np.abs(to_bitmap(moved).astype(int) - to_bitmap(ink)).max() <= 1


def test_to_bitmap_ignores_stroke_order_and_direction():
    ink = arrays(SEVEN)
    backwards = [stroke[::-1] for stroke in ink[::-1]]

    assert np.array_equal(to_bitmap(backwards), to_bitmap(ink))


def test_to_bitmap_is_transposed_with_the_ink(ink):
    turned = [stroke[:, ::-1] for stroke in ink]

    assert np.abs(to_bitmap(turned).astype(int) - to_bitmap(ink).T).max() <= 1


def test_to_bitmap_scales_the_longer_side_to_20_pixels(ink):
    across, down = inked_box(to_bitmap(ink))

    assert 19 <= max(across, down) <= 21  # 20 wide and placed between the pixels: up to 21 are touched


def test_to_bitmap_preserves_proportions():
    across, down = inked_box(to_bitmap(arrays([[[0, 0], [50, 0], [50, 100], [0, 100], [0, 0]]])))

    assert down >= 19
    assert across == pytest.approx(16.2 / 2 + 2 * 1.9, abs=1.5)  # half of 20 without the pen, and the pen


def test_to_bitmap_centers_the_mass_at_14(ink):
    bitmap = to_bitmap(ink).astype(float)
    index = np.arange(28)

    assert (bitmap.sum(axis=0) @ index) / bitmap.sum() == pytest.approx(14, abs=0.1)
    assert (bitmap.sum(axis=1) @ index) / bitmap.sum() == pytest.approx(14, abs=0.1)


@pytest.mark.parametrize("blank", [[], [[]], [[], []]])
def test_to_bitmap_of_no_ink_is_blank(blank):
    assert not to_bitmap([np.array(stroke) for stroke in blank]).any()


@pytest.mark.parametrize(
    "dot",
    [
        [[[3, 4]]],
        [[[-1e9, 1e9]]],
        [[[3, 4], [3, 4], [3, 4]]],
        [[[3, 4]], [[3, 4]]],
        [[[3, 4], [3 + 1e-12, 4]]],
        [[], [[3, 4]]],
    ],
)
def test_to_bitmap_of_a_dot_is_a_centered_disk(dot):
    rows, columns = np.mgrid[0:28, 0:28]
    distance = np.hypot(columns - 14, rows - 14)
    expected = np.clip((1.9 - distance) / (1.9 - 0.75), 0, 1) * 255

    bitmap = to_bitmap(arrays(dot))

    assert np.abs(bitmap - expected).max() <= 0.5 + 1e-9  # rounding to whole grays alone


def spiral(count: int) -> list[list[float]]:
    return [[t * np.sin(t), -1.3 * t * np.cos(t)] for t in np.linspace(1, 9, count)]


def test_to_bitmap_is_stable_under_resampling():
    coarse, fine = (arrays([spiral(count)]) for count in (30, 3_000))

    # The ramp falls by 255 over 1.15 pixels: the lines differ by 0.1 pixels at most.
    assert np.abs(to_bitmap(fine).astype(int) - to_bitmap(coarse)).max() <= 255 * 0.1 / 1.15


def test_to_bitmap_does_not_modify_its_input():
    ink = arrays(SEVEN)

    to_bitmap(ink)

    assert [stroke.tolist() for stroke in ink] == SEVEN


def test_to_bitmap_draws_several_chunks():
    ink = arrays([[[50 * np.cos(t), 40 * np.sin(1.5 * t)] for t in np.linspace(0, 13, 290)]])
    assert len(to_lines(follow_curves(ink))) > 1.2 * CHUNK

    difference = np.abs(to_bitmap(ink) - reference_bitmap(ink))

    assert difference.mean() <= MEAN
    assert difference.max() <= MOST


def scribbles() -> dict[str, np.ndarray]:
    """Return lines (n, 2, 2) unlike any digit: many long ones."""
    random = np.random.default_rng(5)
    ends = np.array([[4.0, 4.0], [24.0, 24.0], [4.0, 24.0], [24.0, 4.0]])[np.arange(400) % 4]
    return {
        "cross": np.stack([ends[:-1], ends[1:]], axis=1),
        "trembling": np.stack([ends[:-2:2], ends[1:-1:2]], axis=1) + random.normal(0, 0.5, (199, 2, 2)),
        "anywhere": random.uniform(2, 26, (400, 2, 2)),
        "dots": np.repeat(random.uniform(2, 26, (400, 1, 2)), 2, axis=1),
    }


@pytest.mark.parametrize("name", scribbles())
@pytest.mark.parametrize("wider", [-0.6, 0.0, 0.9])
def test_draw_is_independent_of_chunk_size(name, wider, monkeypatch):
    lines = scribbles()[name]
    whole = draw(lines, wider)
    monkeypatch.setattr(bitmap_module, "CHUNK", 16)
    assert np.array_equal(draw(lines, wider), whole)


def largest_inks() -> dict[str, list]:
    """Return inks of the most points or strokes that are accepted, and one whose lines all stay long."""
    random = np.random.default_rng(5)
    there_and_back = np.array([[0.0, 0.0], [1000.0, 1000.0]])[np.arange(10_000) % 2]
    return {
        "dots": list(random.uniform(0, 1000, (1_000, 1, 2))),
        "lines": list(random.uniform(0, 1000, (1_000, 2, 2))),
        "anywhere": [random.uniform(0, 1000, (10_000, 2))],
        "there and back": [there_and_back],
        "long lines": [there_and_back[:500]],
        "walk": [np.cumsum(random.normal(0, 5, (10_000, 2)), axis=0)],
        "short strokes": list(np.cumsum(random.normal(0, 50, (1_000, 10, 2)), axis=1)),
    }


@pytest.mark.parametrize("name", largest_inks())
def test_to_bitmap_draws_few_lines(name):
    polylines = follow_curves(largest_inks()[name])

    assert len(polylines) <= MAX_STROKES
    assert 50 < len(to_lines(polylines)) <= MAX_LINES


@pytest.mark.parametrize("name", largest_inks())
def test_to_bitmap_computes_few_distances(name):
    """The time for a bitmap is that of 60,000 pairs of a line and a pixel at most, a few milliseconds."""
    lines = to_lines(fit_to_box(follow_curves(largest_inks()[name])))

    assert len(_pairs(lines, OUTER)[0]) < 60_000


@pytest.mark.parametrize("wider", [-0.6, 0.0, 0.9])
@pytest.mark.parametrize("angle", [0, 1e-9, 1e-4, 0.002, 0.3, 0.8, 1.57, np.pi / 2])
def test_draw_reaches_every_pixel_near_a_line(angle, wider):
    along = 9 * np.array([np.cos(angle), np.sin(angle)])
    line = np.array([[13.3 - along, 13.3 + along]])
    rows, columns = np.mgrid[0:28, 0:28]
    to = np.stack([columns, rows], axis=-1) - line[0, 0]
    share = np.clip(to @ (2 * along) / (4 * along @ along), 0, 1)
    away = np.linalg.norm(to - share[..., None] * 2 * along, axis=-1)

    expected = np.clip((1.9 + wider - away) / (1.9 - 0.75), 0, 1)

    assert draw(line, wider) == pytest.approx(expected)


def test_to_bitmap_keeps_the_shape_of_thinned_ink():
    few, many = (
        to_bitmap(arrays([[[np.sin(t), np.cos(t)] for t in np.linspace(0, 6, count)]])).astype(int)
        for count in (100, 9_000)
    )
    assert np.abs(few - many).max() <= 255 * 0.1 / 1.15


@pytest.mark.parametrize("count", [1_100, 2_000, 8_000, 9_999])
def test_to_bitmap_keeps_both_ends_of_a_line_drawn_again_and_again(count):
    again = arrays([[[100 * (at % 2), 0] for at in range(count)]])

    assert np.array_equal(to_bitmap(again), to_bitmap(arrays([[[0, 0], [100, 0]]])))


@pytest.mark.parametrize("wider", [-0.6, 0.0, 0.9])
def test_draw_is_symmetric_for_any_pen_width(wider):
    level = np.array([[[8.0, 14.0], [20.0, 14.0]]])
    away = np.abs(np.arange(28) - 14.0)

    expected = np.clip((1.9 + wider - away) / (1.9 - 0.75), 0, 1)

    assert draw(level, wider)[:, 14] == pytest.approx(expected)
    assert draw(level[:, :, ::-1], wider)[14] == pytest.approx(expected)


def test_to_bitmap_matches_an_independent_reference(ink):
    difference = np.abs(to_bitmap(ink) - reference_bitmap(ink))

    assert difference.mean() <= MEAN
    assert difference.max() <= MOST


def test_to_bitmap_matches_the_reference_on_real_digits(data_folder):
    samples, _ = read_inks(data_folder / "pen_digits.jsonl")

    differences = [
        np.abs(to_bitmap(sample.strokes) - reference_bitmap(sample.strokes)) for sample in samples[::1_000]
    ]

    assert len(differences) == 12
    assert np.mean(differences) <= MEAN
    assert np.max(differences) <= MOST


def test_to_bitmap_has_the_gray_levels_of_mnist(data_folder):
    samples, _ = read_inks(data_folder / "pen_digits.jsonl")
    ours = np.array([to_bitmap(sample.strokes) for sample in samples[::20]])
    with np.load(data_folder / "mnist.npz") as file:
        mnist = file["x_test"]

    assert ours.mean() == pytest.approx(mnist.mean(), rel=0.1)
    assert (ours > 0).mean() == pytest.approx((mnist > 0).mean(), rel=0.1)
    assert (ours > 250).mean() == pytest.approx((mnist > 250).mean(), rel=0.25)
