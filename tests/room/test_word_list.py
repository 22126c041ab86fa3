"""Room codes are words that are easy to say, hear and type."""

from itertools import combinations

import pytest

from webapp.room.names import WORDS, random_word


def is_one_letter_off(first: str, second: str) -> bool:
    """Return whether the edit distance of two words is 1."""
    if len(first) == len(second):
        return sum(one != other for one, other in zip(first, second, strict=True)) == 1
    short, long = sorted((first, second), key=len)
    return any(long[:place] + long[place + 1 :] == short for place in range(len(long)))


def test_word_list_is_large_and_unique():
    assert len(WORDS) == len(set(WORDS)) >= 200


@pytest.mark.parametrize("word", WORDS)
def test_words_are_short_uppercase_ascii(word):
    assert 4 <= len(word) <= 6
    assert word.isascii()
    assert word.isalpha()
    assert word.isupper()


def test_words_differ_by_more_than_one_letter():
    assert [pair for pair in combinations(WORDS, 2) if is_one_letter_off(*pair)] == []


def test_random_words_vary():
    assert len({random_word() for _ in range(100)}) > 10
    assert random_word() in WORDS
