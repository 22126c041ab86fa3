"""Ink becomes the same bitmap wherever and however large it was drawn, made as MNIST's digits were."""

import numpy as np
import pytest

from tests.ink.reference import reference_bitmap
from webapp.ink import bitmap as bitmap_module
from webapp.ink.bitmap import CHUNK, draw, fit_to_box, to_bitmap, to_lines
from webapp.training.ink_file import read_inks

SEVEN = [[[0, 0], [60, 2], [35, 50], [20, 100]], [[20, 52], [55, 48]]]
FOUR = [[[40, 0], [0, 60], [80, 60]], [[60, 30], [55, 110]]]
EIGHT = [[[50 + 30 * np.sin(2 * t), 50 - 50 * np.cos(t)] for t in np.linspace(0, 2 * np.pi, 60)]]
ONE = [[[5, 0], [5, 100]]]
DASH = [[[0, 7], [100, 7]]]
INKS = {"seven": SEVEN, "four": FOUR, "eight": EIGHT, "one": ONE, "dash": DASH}

# Of 255. The reference places its edges to 1/16 pixel and takes 24 widths for the ramp: each is worth
# about 14 grey levels at worst, and one on the average over the bitmap of a digit.
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


def test_to_bitmap_gives_bytes_of_28_rows_and_columns(ink):
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


def test_to_bitmap_does_not_care_for_the_order_or_direction_of_strokes():
    ink = arrays(SEVEN)
    backwards = [stroke[::-1] for stroke in ink[::-1]]

    assert np.array_equal(to_bitmap(backwards), to_bitmap(ink))


def test_to_bitmap_turns_with_the_ink(ink):
    turned = [stroke[:, ::-1] for stroke in ink]

    assert np.abs(to_bitmap(turned).astype(int) - to_bitmap(ink).T).max() <= 1


def test_to_bitmap_draws_the_longer_side_over_20_pixels(ink):
    across, down = inked_box(to_bitmap(ink))

    assert 19 <= max(across, down) <= 21  # 20 wide and placed between the pixels: up to 21 are touched


def test_to_bitmap_keeps_proportions():
    across, down = inked_box(to_bitmap(arrays([[[0, 0], [50, 0], [50, 100], [0, 100], [0, 0]]])))

    assert down >= 19
    assert across == pytest.approx(16.2 / 2 + 2 * 1.9, abs=1.5)  # half of 20 without the pen, and the pen


def test_to_bitmap_places_the_centre_of_mass_at_14(ink):
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
def test_to_bitmap_of_a_dot_is_a_round_spot_in_the_middle(dot):
    rows, columns = np.mgrid[0:28, 0:28]
    distance = np.hypot(columns - 14, rows - 14)
    expected = np.clip((1.9 - distance) / (1.9 - 0.75), 0, 1) * 255

    bitmap = to_bitmap(arrays(dot))

    assert np.abs(bitmap - expected).max() <= 0.5 + 1e-9  # rounding to whole greys alone


def test_to_bitmap_hardly_changes_with_the_number_of_points():
    coarse = arrays([[[0, 0], [100, 0], [100, 100]]])
    fine = arrays([[[x, 0] for x in np.linspace(0, 100, 3_000)] + [[100, 100], [100, 100]]])

    # Thinning cuts at most 0.1 pixel off the corner, and the ramp falls by 255 over 1.15 pixels.
    assert np.abs(to_bitmap(fine).astype(int) - to_bitmap(coarse)).max() <= 255 * 0.1 / 1.15


def test_to_bitmap_leaves_its_input_alone():
    ink = arrays(SEVEN)

    to_bitmap(ink)

    assert [stroke.tolist() for stroke in ink] == SEVEN


def test_to_bitmap_draws_ink_of_more_lines_than_one_chunk():
    ink = arrays([[[50 * np.cos(t), 40 * np.sin(1.5 * t)] for t in np.linspace(0, 13, 900)]])
    assert len(to_lines(fit_to_box(ink))) > 1.2 * CHUNK

    difference = np.abs(to_bitmap(ink) - reference_bitmap(ink))

    assert difference.mean() <= MEAN
    assert difference.max() <= MOST


def scribbles() -> dict[str, np.ndarray]:
    """Return lines (n, 2, 2) as nobody draws a digit: long ones, again and again."""
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
def test_draw_gives_the_same_bytes_in_chunks_of_any_size(name, wider, monkeypatch):
    lines = scribbles()[name]
    whole = draw(lines, wider)
    monkeypatch.setattr(bitmap_module, "CHUNK", 16)
    assert np.array_equal(draw(lines, wider), whole)


def test_to_bitmap_of_a_long_scribble_looks_at_few_pixels_a_line(monkeypatch):
    looked, squared_distances = [], bitmap_module._squared_distances

    def count(lines, points):
        looked.append(len(points))
        return squared_distances(lines, points)

    monkeypatch.setattr(bitmap_module, "_squared_distances", count)
    to_bitmap([np.array([[0.0, 0.0], [1000.0, 1000.0]])[np.arange(10_000) % 2]])
    assert sum(looked) < 0.2 * 2 * 10_000 * 28 * 28  # drawn twice


@pytest.mark.parametrize("wider", [-0.6, 0.0, 0.9])
def test_draw_with_another_pen_reaches_as_far_on_every_side(wider):
    level = np.array([[[8.0, 14.0], [20.0, 14.0]]])
    away = np.abs(np.arange(28) - 14.0)

    expected = np.clip((1.9 + wider - away) / (1.9 - 0.75), 0, 1)

    assert draw(level, wider)[:, 14] == pytest.approx(expected)
    assert draw(level[:, :, ::-1], wider)[14] == pytest.approx(expected)


def test_to_bitmap_draws_what_an_independent_reference_draws(ink):
    difference = np.abs(to_bitmap(ink) - reference_bitmap(ink))

    assert difference.mean() <= MEAN
    assert difference.max() <= MOST


def test_to_bitmap_draws_real_digits_as_the_reference_does(data_folder):
    samples, _ = read_inks(data_folder / "pen_digits.jsonl")

    differences = [
        np.abs(to_bitmap(sample.strokes) - reference_bitmap(sample.strokes)) for sample in samples[::1_000]
    ]

    assert len(differences) == 12
    assert np.mean(differences) <= MEAN
    assert np.max(differences) <= MOST


def test_to_bitmap_has_the_grey_of_mnist(data_folder):
    samples, _ = read_inks(data_folder / "pen_digits.jsonl")
    ours = np.array([to_bitmap(sample.strokes) for sample in samples[::20]])
    with np.load(data_folder / "mnist.npz") as file:
        mnist = file["x_test"]

    assert ours.mean() == pytest.approx(mnist.mean(), rel=0.1)
    assert (ours > 0).mean() == pytest.approx((mnist > 0).mean(), rel=0.1)
    assert (ours > 250).mean() == pytest.approx((mnist > 250).mean(), rel=0.25)
