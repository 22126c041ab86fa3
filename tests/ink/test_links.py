"""Ink of any length becomes a short text for an address, from which the same digit can be drawn again."""

import json
from pathlib import Path
from urllib.parse import unquote

import numpy as np
import pytest

from webapp.ink.bitmap import to_bitmap
from webapp.ink.links import MAX_LENGTH, _base36, ink_fragment, without_punctuation
from webapp.training.ink_file import read_inks

# The browser tests read it too.
LINKS = json.loads((Path(__file__).parents[1] / "links.json").read_text("utf-8"))


@pytest.mark.parametrize("ending", LINKS["endings"])
def test_punctuation_behind_a_link_is_dropped(ending):
    for text in ("conv", "/models/conv", "8c_50_5k_0"):
        assert without_punctuation(text + unquote(ending)) == text


@pytest.mark.parametrize("text", ["", "/", "7", "conv-2_", "QQ==", "8c_50~", "/models/", "a.b", "seite-ä"])
def test_link_without_punctuation_is_kept(text):
    assert without_punctuation(text) == text


def decode(fragment: str) -> list[np.ndarray]:
    """Return the strokes as static/js/ink/link.js reads them."""
    name, _, text = fragment.partition("=")
    assert name == "ink"
    strokes = [[int(part, 36) for part in stroke.split("_")] for stroke in text.split("~")]
    return [np.cumsum(np.reshape(stroke, (-1, 2)), axis=0).astype(float) for stroke in strokes]


def difference(first: list[np.ndarray], second: list[np.ndarray]) -> float:
    """Return by how many of 255 grays two inks' bitmaps differ on the average."""
    return np.abs(to_bitmap(first).astype(int) - to_bitmap(second)).mean()


def spiral(points: int) -> np.ndarray:
    turn = np.linspace(0, 4 * np.pi, points)
    return np.stack([turn * np.cos(turn), turn * np.sin(turn)], axis=1)


@pytest.mark.parametrize(
    ("number", "text"), [(0, "0"), (35, "z"), (36, "10"), (-1, "-1"), (-1295, "-zz"), (1000, "rs")]
)
def test_base36_equals_javascript(number, text):
    assert _base36(number) == text


def test_ink_fragment_keeps_all_points_of_short_ink():
    assert ink_fragment([np.array([[0.0, 0.0], [0.001, 0.0], [3.0, 9.0]]), np.array([[1.0, 2.0]])]) == (
        "ink=ad_3c_0_0_72_l4~cq_81"
    )


def test_ink_fragment_of_3000_points_is_short_and_close():
    ink = [spiral(2_500), spiral(500) + 3]
    fragment = ink_fragment(ink)
    assert len(fragment) <= MAX_LENGTH
    assert sum(map(len, decode(fragment))) > 200  # thinned, and not a bit more than it must be
    assert difference(decode(fragment), ink) < 2


def test_ink_fragment_of_real_digits_is_close(data_folder):
    samples, _ = read_inks(data_folder / "pen_digits.jsonl")
    for sample in samples[::200]:
        fragment = ink_fragment(sample.strokes)
        assert len(fragment) <= MAX_LENGTH
        assert difference(decode(fragment), sample.strokes) < 1


@pytest.mark.parametrize(
    "ink",
    [
        [np.array([[0.0, 0.0], [1e-310, 0.0]])],
        [np.array([[7.0, 7.0]])],
        [np.array([[1e9, -1e9], [-1e9, 1e9]])],
        [np.array([[n % 2, n % 2] for n in range(10_000)], float)],
        [np.array([[n % 100, n // 100]], float) for n in range(10_000)],
        [np.array([[n, 0], [n, 1000]], float) for n in range(5_000)],
    ],
)
def test_ink_fragment_of_any_ink_is_decodable(ink):
    fragment = ink_fragment(ink)
    assert len(fragment) <= MAX_LENGTH
    assert all(np.abs(stroke).max() <= 2000 for stroke in decode(fragment))  # what the browser takes
