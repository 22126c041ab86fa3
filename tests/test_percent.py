"""Shares as text: 100 % and 0 % stand for exactly these, and few drawings are counted."""

import pytest

from webapp.percent import percent

# Arguments and text; tests/browser/test_modules.py checks the same function in JavaScript.
PERCENTS = [
    ([0.953], "95 %"),
    ([0.5], "50 %"),
    ([1], "100 %"),
    ([1.0, 1], "100 %"),
    ([0], "0 %"),
    ([0.0, 1], "0 %"),
    ([0.994], "99 %"),
    ([0.995], "over 99 %"),
    ([0.9999999], "over 99 %"),
    ([0.0049], "under 1 %"),
    ([1e-9], "under 1 %"),
    ([0.97, 1], "97.0 %"),
    ([0.9990, 1], "99.9 %"),
    ([0.9994, 1], "99.9 %"),
    ([0.9996, 1], "over 99.9 %"),
    ([0.99995, 1], "over 99.9 %"),
    ([0.0004, 1], "under 0.1 %"),
    ([0.0005, 1], "0.1 %"),
    ([12 / 13, 1, 13], "12 of 13"),
    ([1, 1, 1], "1 of 1"),
    ([0, 1, 99], "0 of 99"),
    ([1, 1, 100], "100 %"),
    ([175 / 180, 1, 180], "97.2 %"),
    ([None, 1, 0], "–"),
    ([None], "–"),
    ([0, 1, 0], "–"),
]


@pytest.mark.parametrize(("arguments", "words"), PERCENTS)
def test_percent_never_overstates(arguments: list, words: str):
    assert percent(*arguments) == words
