"""The words that a room can be called by are easily said, heard and typed."""

from itertools import combinations

import pytest

from webapp.room.word_list import WORDS, random_word


def is_one_letter_off(first: str, second: str) -> bool:
    """Return whether one letter changed, added or left out turns one word into the other."""
    if len(first) == len(second):
        return sum(one != other for one, other in zip(first, second, strict=True)) == 1
    short, long = sorted((first, second), key=len)
    return any(long[:place] + long[place + 1 :] == short for place in range(len(long)))


def test_words_are_enough_and_each_stands_once():
    assert len(WORDS) == len(set(WORDS)) >= 200


@pytest.mark.parametrize("word", WORDS)
def test_word_is_short_and_plain(word):
    assert 4 <= len(word) <= 6
    assert word.isascii()
    assert word.isalpha()
    assert word.isupper()


def test_words_are_not_one_slip_apart():
    assert [pair for pair in combinations(WORDS, 2) if is_one_letter_off(*pair)] == []


def test_random_word_is_another_in_the_next_room():
    assert len({random_word() for _ in range(100)}) > 10
    assert random_word() in WORDS
