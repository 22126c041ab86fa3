"""Friendly names for participants, and what is cleaned from the names that people give themselves."""

import secrets
import unicodedata
from collections.abc import Callable

from webapp.errors import BadRequest
from webapp.ink.describe import describe

LONGEST = 40  # characters
MOST_MARKS = 4  # accents on one letter; more climb over the lines above
TRIES = 8

QUALITIES = """
    Amber Bold Brave Breezy Bright Bubbly Calm Cheerful Clever Cosmic Crimson Curious Dapper Daring Eager
    Early Electric Fearless Fluffy Gentle Golden Happy Honest Humble Indigo Jolly Keen Kind Lively Lucky
    Mellow Merry Mighty Nimble Patient Playful Plucky Proud Quick Quiet Rapid Rosy Royal Scarlet Silent
    Silver Sleepy Smiling Snowy Speedy Sunny Swift Tidy Tiny Velvet Violet Warm Wild Wise Witty Zesty
"""
ANIMALS = """
    Alpaca Badger Bear Beaver Bison Camel Cat Cheetah Crane Cricket Deer Dolphin Dove Duck Eagle Falcon
    Ferret Finch Fox Frog Gecko Goat Goose Hare Hawk Hedgehog Heron Horse Ibis Jaguar Kiwi Koala Lark
    Lemur Lion Llama Lynx Magpie Marmot Mole Moose Newt Octopus Orca Otter Owl Panda Parrot Penguin Pony
    Puffin Quail Rabbit Raven Robin Salmon Seal Sparrow Squid Swan Tapir Tiger Toad Turtle Whale Wolf Yak
"""

# Characters of no width that many scripts and emoji are joined with; every other one is taken out.
JOINERS = {"\u200c", "\u200d"} | {chr(code) for code in range(0xE0020, 0xE0080)}
# Letters, marks and symbols that are blank although their kind says that they are seen.
BLANK = set("\u034f\u115f\u1160\u2800\u3164\uffa0\U0001d159")


def new_name(is_taken: Callable[[str], bool]) -> str:
    """Return a friendly name, if possible one that nobody has."""
    for _ in range(TRIES):
        name = f"{secrets.choice(QUALITIES.split())} {secrets.choice(ANIMALS.split())}"
        if not is_taken(name):
            return name
    return f"{name} {secrets.randbelow(900) + 100}"


def clean_name(value: object) -> str:
    """Return a name as it may be shown: one line, no control characters, no change of direction.

    Raises:
        BadRequest: it is no text, or not 1 to 40 characters long once it is cleaned.
    """
    if not isinstance(value, str):
        raise BadRequest(f"expected a name as text, received {describe(value)}")
    name = " ".join("".join(map(_kept, value)).split())
    name = _without_towers(name)
    if not any(unicodedata.category(character)[0] in "LNPS" for character in name):
        raise BadRequest(f"expected a name of 1 to {LONGEST} characters, received none that can be seen")
    if len(name) > LONGEST:
        raise BadRequest(f"expected a name of 1 to {LONGEST} characters, received {len(name):,}")
    return name


def _kept(character: str) -> str:
    if character in JOINERS:
        return character
    if character in BLANK:
        return ""
    category = unicodedata.category(character)
    if category[0] == "Z" or character in "\t\r\n":
        return " "
    # Cc: control; Cf: format, such as changes of direction; Cs: halves of characters; Co: private meanings
    return "" if category in ("Cc", "Cf", "Cs", "Co") else character


def _without_towers(name: str) -> str:
    kept, marks = [], 0
    for character in name:
        marks = marks + 1 if unicodedata.category(character)[0] == "M" else 0
        if marks <= MOST_MARKS:
            kept.append(character)
    return "".join(kept)
