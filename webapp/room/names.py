"""Random names for participants, cleaning of names that people choose, and words for join codes."""

import secrets
import unicodedata
from collections.abc import Callable

from webapp.errors import BadRequest, describe
from webapp.room.name_checks import count_cells, is_reserved

MAX_LENGTH = 40  # characters, and cells: a Latin letter takes one, a Chinese character two
MAX_MARKS = 4  # combining marks on one letter; more overlap the line above
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

# Characters of no width that join letters and emoji; all others of no width are removed.
JOINERS = {"\u200c", "\u200d"} | {chr(code) for code in range(0xE0020, 0xE0080)}
# Invisible characters in the Unicode categories of visible ones.
BLANK = set("\u034f\u115f\u1160\u2800\u3164\uffa0\U0001d159")


def new_name(is_taken: Callable[[str], bool]) -> str:
    """Return a random name, such as "Brave Otter", if possible one that is not taken."""
    for _ in range(TRIES):
        name = f"{secrets.choice(QUALITIES.split())} {secrets.choice(ANIMALS.split())}"
        if not is_taken(name):
            return name
    return f"{name} {secrets.randbelow(900) + 100}"


def clean_name(value: object) -> str:
    """Return a name on one line, without control characters and changes of text direction.

    Raises:
        BadRequest: not a string, not 1 to 40 characters after cleaning, or wider than 40 cells.
    """
    if not isinstance(value, str):
        raise BadRequest(f"expected a name as text, received {describe(value)}")
    name = " ".join("".join(map(_kept, value)).split())
    name = _without_towers(name)
    if not any(unicodedata.category(character)[0] in "LNPS" for character in name):
        raise BadRequest(
            f"expected a name of 1 to {MAX_LENGTH} characters, received none that can be seen",
            "Enter a name that people can see.",
        )
    if len(name) > MAX_LENGTH:
        raise BadRequest(
            f"expected a name of 1 to {MAX_LENGTH} characters, received {len(name):,}",
            f"This name is too long. Enter at most {MAX_LENGTH} characters.",
        )
    if (cells := count_cells(name)) > MAX_LENGTH:
        raise BadRequest(
            f"expected a name at most {MAX_LENGTH} Latin letters wide, received one of {cells:,}",
            "This name is too wide for the wall. Enter a shorter one.",
        )
    return name


def choose_name(value: object) -> str:
    """Return `clean_name` of a name that a participant chooses.

    Raises:
        BadRequest: as `clean_name`, or a name that people take for the presenter's.
    """
    name = clean_name(value)
    if is_reserved(name):
        raise BadRequest(
            "expected a name unlike the presenter's, received one that looks like it",
            "This name looks like the presenter’s. Choose another one.",
        )
    return name


def _kept(character: str) -> str:
    if character in JOINERS:
        return character
    if character in BLANK:
        return ""
    category = unicodedata.category(character)
    if category[0] == "Z" or character in "\t\r\n":
        return " "
    # Cc: control; Cf: format, such as changes of direction; Cs: surrogates; Co: private use
    return "" if category in ("Cc", "Cf", "Cs", "Co") else character


def _without_towers(name: str) -> str:
    kept, marks = [], 0
    for character in name:
        marks = marks + 1 if unicodedata.category(character)[0] == "M" else 0
        if marks <= MAX_MARKS:
            kept.append(character)
    return "".join(kept)


# Join codes: plain English words of four to six letters that are spelled right when heard once. Left out are
# words that sound like another ("flour"), words with another British spelling ("harbor"), words that differ
# from another one by a letter ("mitten", "kitten"), and words that may offend.
WORDS = tuple(
    """
    acorn album amber anchor apple apron arrow atlas autumn badger bagel bamboo banjo barn basket bench
    bird bonnet bottle branch bridge bronze brush bubble bucket button cabin cactus camel camera candle
    canoe canyon carpet castle cello chalk cherry chess circle circus cliff clock cloud clover cobra
    coffee comet copper corner coyote crab crane crayon crown daisy dance delta desk dragon dream drum
    duck eagle earth echo elbow engine fabric falcon farm fence fern field finger flag flame flute
    forest fossil frog frost galaxy garden garlic glass globe goat gold goose grape guitar hammer harp
    hazel hedge helmet honey hotel igloo indigo iris island ivory jacket jaguar jelly jungle kettle kiwi
    koala ladder lagoon lake lamp laptop lemon lilac lizard lotus magnet magpie mango maple marble
    market meadow melody mirror mitten moon moss motor mouse muffin museum music napkin nectar needle
    nest noodle north nutmeg oasis oboe ocean octave olive onion orange orbit orchid otter oyster pagoda
    palace panda papaya paper parade parrot pasta peach peanut pebble pencil pepper piano picnic pigeon
    pillow pilot planet plaza poem pond poppy potato prism puddle puppet puzzle quilt rabbit radio
    radish raft raven ribbon river robin rocket ruby saddle safari salad salmon sandal school shark
    shell silver smile snail sofa spice spider spiral spoon spring spruce squid stamp star stone storm
    street sugar summer sunset swan table teapot temple tennis ticket tiger toast tomato topaz torch
    tower train tulip tundra tunnel turnip turtle valley velvet violin waffle wagon walnut walrus water
    window winter wolf yellow zebra zenith zigzag
    """.upper().split()
)


def random_word() -> str:
    """Return one of WORDS, in capitals."""
    return secrets.choice(WORDS)
