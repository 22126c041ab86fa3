"""The address to join as a QR code: for pages as SVG, for a terminal as text."""

import io

import segno

QUIET_ZONE = 4  # modules of white around the code; the standard asks for four, or some phones find nothing
# A terminal's own margin helps a little, and its lines are few.
TERMINAL_QUIET_ZONE = 2
HALVES = {(0, 0): " ", (1, 0): "▀", (0, 1): "▄", (1, 1): "█"}  # (upper, lower): 1 is dark
BLACK_ON_WHITE, PLAIN = "\x1b[30;107m", "\x1b[0m"


def to_svg(text: str) -> bytes:
    """Return the code as SVG: dark modules on white with its quiet zone, as large as its place allows."""
    svg = io.BytesIO()
    _encode(text).save(
        svg, kind="svg", border=QUIET_ZONE, dark="#000", light="#fff", omitsize=True, xmldecl=False, nl=False
    )
    return svg.getvalue()


def to_terminal(text: str, with_colours: bool = True) -> str:
    """Return the code as lines of half blocks.

    Args:
        with_colours: black on white whatever the terminal's colours are; otherwise no escape sequences.
    """
    rows = [list(row) for row in _encode(text).matrix_iter(border=TERMINAL_QUIET_ZONE)]
    if len(rows) % 2:
        rows.append([0] * len(rows[0]))
    pairs = zip(rows[::2], rows[1::2], strict=True)
    before, after = (BLACK_ON_WHITE, PLAIN) if with_colours else ("", "")
    return "\n".join(before + _line(*pair) + after for pair in pairs)


def _line(upper: list[int], lower: list[int]) -> str:
    return "".join(HALVES[pair] for pair in zip(upper, lower, strict=True))


def _encode(text: str) -> segno.QRCode:
    # M: 15 % of the code may be hidden, by a lamp's glare on the wall or a head before it.
    return segno.make_qr(text, error="m")
