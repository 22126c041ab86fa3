"""Generated names, and cleaning of chosen ones."""

import pytest

from webapp.errors import BadRequest
from webapp.room.names import ANIMALS, MAX_LENGTH, QUALITIES, choose_name, clean_name, new_name


def test_new_name_is_a_quality_and_an_animal():
    quality, animal = new_name(lambda name: False).split()
    assert quality in QUALITIES.split()
    assert animal in ANIMALS.split()


def test_new_name_has_a_number_if_all_are_taken():
    assert new_name(lambda name: True).split()[2].isdigit()


def test_name_parts_are_short_and_unique():
    for words in (QUALITIES.split(), ANIMALS.split()):
        assert len(words) == len(set(words))
        assert max(map(len, words)) <= (MAX_LENGTH - 5) // 2


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("Ada", "Ada"),
        ("  Ada \t\n Lovelace ", "Ada Lovelace"),
        ("<b>Ada</b>", "<b>Ada</b>"),  # plain text; pages escape it
        ("'; DROP TABLE drawings; --", "'; DROP TABLE drawings; --"),
        ("Ægir Þór 山田 עדה علي", "Ægir Þór 山田 עדה علي"),
        ("👩\u200d🔬", "👩\u200d🔬"),  # two joined emojis
        ("🏴\U000e0067\U000e0062\U000e007f", "🏴\U000e0067\U000e0062\U000e007f"),
        ("Ada\u202e evol", "Ada evol"),  # right-to-left override
        ("\u2066A\u2069\u200e\u200f\u061cda", "Ada"),
        ("A\x00d\x07a\x9f", "Ada"),
        ("A\ud800da", "Ada"),  # a lone surrogate, which databases reject
        ("A\ue000d\ufeffa\u00ad", "Ada"),
        ("A\u2028da", "A da"),
        ("\u3000Ada\u00a0L", "Ada L"),
        ("A\u034fd\u3164a", "Ada"),  # blank, though Unicode classes them as mark and letter
        ("A" + "\u0301" * 30, "A" + "\u0301" * 4),
        ("x" * MAX_LENGTH, "x" * MAX_LENGTH),
    ],
)
def test_clean_name_keeps_displayable_text(given, kept):
    assert clean_name(given) == kept


@pytest.mark.parametrize(
    "name",
    [
        *("", "   ", "\x00\x01", "\u202e", "\u200d\u200d", "\u0301"),
        *"\u034f\u115f\u1160\u2800\u3164\uffa0",
        *("x" * 41, "x" * 10_000, "👩" * 41),
    ],
)
def test_clean_name_rejects_invalid_lengths(name):
    with pytest.raises(BadRequest, match=f"expected a name of 1 to {MAX_LENGTH} characters"):
        clean_name(name)


@pytest.mark.parametrize("name", [None, 7, True, ["Ada"], {"name": "Ada"}])
def test_clean_name_rejects_other_types(name):
    with pytest.raises(BadRequest, match="expected a name as text"):
        clean_name(name)


@pytest.mark.parametrize(
    "name",
    [
        *("Presenter", "presenter", "The PRESENTER!", "P r e s e n t e r", "presenter 2", "Présenter"),
        *("Ｐｒｅｓｅｎｔｅｒ", "𝓟𝓻𝓮𝓼𝓮𝓷𝓽𝓮𝓻", "Preſenter", "ᴘʀᴇꜱᴇɴᴛᴇʀ", "🅿🆁🅴🆂🅴🅽🆃🅴🆁", "Ⓟresenter"),
        *("Рrеsеntеr", "ΡRΕSΕΝΤΕR", "pre5ent3r", "Prese\u200dnter", "Pressenter", "Inkwise", "lnkvvise"),
    ],
)
def test_chosen_name_cannot_look_like_the_presenters(name):
    with pytest.raises(BadRequest, match="unlike the presenter's") as caught:
        choose_name(name)
    assert "Choose another one" in caught.value.explanation


@pytest.mark.parametrize(
    "name", ["Ada", "Present", "Ink", "Prester John", "Петр", "山田", "Silent Otter", "Inga Wise"]
)
def test_other_names_can_be_chosen(name):
    assert choose_name(name) == name


def test_random_names_can_be_chosen():
    for quality in QUALITIES.split():
        for animal in ANIMALS.split():
            assert choose_name(f"{quality} {animal}")


@pytest.mark.parametrize("name", ["\ufdfd" * 40, "\ufdfa" * 4, "\u2e3b" * 20, "\U00012219" * 15, "山" * 21])
def test_name_wider_than_40_letters_is_rejected(name):
    with pytest.raises(BadRequest, match="expected a name at most 40 Latin letters wide"):
        clean_name(name)


@pytest.mark.parametrize("name", ["山" * 20, "\u0939\u093f" * 20, "👩\u200d🔬" * 10, "W" * 40])
def test_name_of_40_cells_is_kept(name):
    assert clean_name(name) == name
