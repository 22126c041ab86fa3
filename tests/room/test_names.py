"""Names are friendly, and those that people choose are shown as one harmless line."""

import pytest

from webapp.errors import BadRequest
from webapp.room.names import ANIMALS, LONGEST, QUALITIES, clean_name, new_name


def test_new_name_is_a_quality_and_an_animal():
    quality, animal = new_name(lambda name: False).split()
    assert quality in QUALITIES.split()
    assert animal in ANIMALS.split()


def test_new_name_gets_a_number_where_all_seem_taken():
    assert new_name(lambda name: True).split()[2].isdigit()


def test_new_names_fit_and_are_not_told_twice():
    for words in (QUALITIES.split(), ANIMALS.split()):
        assert len(words) == len(set(words))
        assert max(map(len, words)) <= (LONGEST - 5) // 2


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("Ada", "Ada"),
        ("  Ada \t\n Lovelace ", "Ada Lovelace"),
        ("<b>Ada</b>", "<b>Ada</b>"),  # a text like any other; pages show it as text
        ("'; DROP TABLE drawings; --", "'; DROP TABLE drawings; --"),
        ("Ægir Þór 山田 עדה علي", "Ægir Þór 山田 עדה علي"),
        ("👩\u200d🔬", "👩\u200d🔬"),  # one emoji of two joined ones
        ("🏴\U000e0067\U000e0062\U000e007f", "🏴\U000e0067\U000e0062\U000e007f"),
        ("Ada\u202e evol", "Ada evol"),  # right-to-left override
        ("\u2066A\u2069\u200e\u200f\u061cda", "Ada"),
        ("A\x00d\x07a\x9f", "Ada"),
        ("A\ud800da", "Ada"),  # half of a character, which no database takes
        ("A\ue000d\ufeffa\u00ad", "Ada"),
        ("A\u2028da", "A da"),
        ("\u3000Ada\u00a0L", "Ada L"),
        ("A\u034fd\u3164a", "Ada"),  # blank, though they count as a mark and a letter
        ("A" + "\u0301" * 30, "A" + "\u0301" * 4),
        ("x" * LONGEST, "x" * LONGEST),
    ],
)
def test_clean_name_keeps_what_can_be_shown(given, kept):
    assert clean_name(given) == kept


@pytest.mark.parametrize(
    "name",
    [
        *("", "   ", "\x00\x01", "\u202e", "\u200d\u200d", "\u0301"),
        *"\u034f\u115f\u1160\u2800\u3164\uffa0",
        *("x" * 41, "x" * 10_000, "👩" * 41),
    ],
)
def test_clean_name_refuses_what_is_too_short_or_too_long(name):
    with pytest.raises(BadRequest, match=f"expected a name of 1 to {LONGEST} characters"):
        clean_name(name)


@pytest.mark.parametrize("name", [None, 7, True, ["Ada"], {"name": "Ada"}])
def test_clean_name_refuses_what_is_no_text(name):
    with pytest.raises(BadRequest, match="expected a name as text"):
        clean_name(name)
