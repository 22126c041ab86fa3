"""Words that a room can be called by: heard once from a stage, they are spelt right.

Plain English of four to six letters. Left out: words that sound like another ("flour"), that British and
American people spell differently ("harbour"), that differ from another of these by one letter ("mitten",
"kitten"), and whatever somebody might mind having on the wall.
"""

import secrets

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
