"""Show a value that came from outside in a message: short, whatever it is."""

import reprlib

LENGTH = 40  # characters


def describe(value: object) -> str:
    """Return `value` as Python writes it, cut to 40 characters.

    Plain repr() fails on lists nested some hundred deep and on ints of thousands of digits.
    """
    try:
        text = reprlib.repr(value)  # looks only six levels deep
    except ValueError:
        text = f"{type(value).__name__} of thousands of digits"
    return text if len(text) <= LENGTH else f"{text[:LENGTH]}…"
