"""QR codes as SVG for pages, and as text for a terminal."""

import io

import segno

QUIET_ZONE = 4  # white modules around the code, as the standard requires
# A terminal has few lines, and a margin of its own.
TERMINAL_QUIET_ZONE = 2
HALVES = {(0, 0): " ", (1, 0): "▀", (0, 1): "▄", (1, 1): "█"}  # (upper, lower): 1 is dark
BLACK_ON_WHITE, PLAIN = "\x1b[30;107m", "\x1b[0m"


def to_svg(text: str) -> bytes:
    """Return the code as scalable SVG: dark modules on white, with the quiet zone."""
    svg = io.BytesIO()
    _encode(text).save(
        svg, kind="svg", border=QUIET_ZONE, dark="#000", light="#fff", omitsize=True, xmldecl=False, nl=False
    )
    return svg.getvalue()


def to_terminal(text: str, with_colors: bool = True) -> str:
    """Return the code as lines of half-block characters.

    Args:
        with_colors: black on white by escape sequences, independent of the terminal's colors.
    """
    rows = [list(row) for row in _encode(text).matrix_iter(border=TERMINAL_QUIET_ZONE)]
    if len(rows) % 2:
        rows.append([0] * len(rows[0]))
    pairs = zip(rows[::2], rows[1::2], strict=True)
    before, after = (BLACK_ON_WHITE, PLAIN) if with_colors else ("", "")
    return "\n".join(before + _line(*pair) + after for pair in pairs)


def _line(upper: list[int], lower: list[int]) -> str:
    return "".join(HALVES[pair] for pair in zip(upper, lower, strict=True))


def _encode(text: str) -> segno.QRCode:
    # M: 15 % of the code may be hidden, as by glare or a head. Without a named encoding phones expect UTF-8.
    return segno.make_qr(text, error="m", encoding="utf-8")
