"""Checks of names: how wide they are, and whether they look like the presenter's.

Unicode has thousands of characters that look like Latin letters. NFKC normalization maps most styled ones
(fullwidth, mathematical, circled, ligatures) to plain letters; a small table maps letters of other scripts.
"""

import unicodedata
from string import ascii_lowercase

RESERVED = ("presenter", "inkwise")

# Letters of other scripts, and digits, that look like the Latin letters of RESERVED: (letter, look-alikes).
LOOK_ALIKES = {
    "p": "рρϱᴘ𐊕þƿ",
    "r": "гᴦʀɾɼɍꭇꭈя",
    "e": "еєҽɛεэéℯ3ɘǝəᴇꬲ€",
    "s": "ѕꜱ5$ʂƽ§",
    "n": "пոռᴨηɴńŋƞнν",
    "t": "тτţŧᴛ7+ʈƭ",
    "i": "іιıɩі1l|!ɪǀїӏ׀",
    "k": "кκᴋĸƙ",
    "w": "ԝшѡωᴡɯщ",
}
TO_LATIN = {ord(look_alike): letter for letter, many in LOOK_ALIKES.items() for look_alike in many}
# Letters in black circles and squares, and of flags, which NFKC keeps.
FRAMED = (0x1F150, 0x1F170, 0x1F1E6)
TO_LATIN |= {start + place: letter for start in FRAMED for place, letter in enumerate(ascii_lowercase)}
PAIRS = (("vv", "w"), ("uu", "w"))  # two letters that look like one
WIDE_SIGNS = {"\ufdfd": 12, "\u2e3a": 2, "\u2e3b": 3, "\u0bf5": 3, "\u0bf8": 3, "\ua9c5": 3, "\u102a": 3}
CUNEIFORM = range(0x12000, 0x12550)
CUNEIFORM_CELLS = 4


def is_reserved(name: str) -> bool:
    """Return whether a name contains one that is reserved, or what looks like it."""
    return any(reserved in skeleton for skeleton in _skeletons(name) for reserved in RESERVED)


def count_cells(name: str) -> int:
    """Return the width of a name in cells, of which a Latin letter takes one."""
    return sum(_cells(character) for character in unicodedata.normalize("NFKC", name))


def _skeletons(name: str) -> tuple[str, ...]:
    """Return a name as the plain lower-case letters that it looks like."""
    folded = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", name).casefold())
    latin = "".join(each for each in folded.translate(TO_LATIN) if each.isascii() and each.isalpha())
    paired = latin
    for pair, letter in PAIRS:
        paired = paired.replace(pair, letter)
    return latin, paired, _without_repeats(paired)


def _without_repeats(text: str) -> str:
    return "".join(each for place, each in enumerate(text) if place == 0 or each != text[place - 1])


def _cells(character: str) -> int:
    if character in WIDE_SIGNS:
        return WIDE_SIGNS[character]
    if ord(character) in CUNEIFORM:
        return CUNEIFORM_CELLS
    if unicodedata.combining(character) or unicodedata.category(character) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1
