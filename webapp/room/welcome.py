"""What a presenter reads first: the few lines that the terminal shows at the start."""

import os
import sys
from typing import TextIO

from webapp.errors import InkwiseError
from webapp.room.doors import Doors
from webapp.room.qr import to_terminal

MOST_OTHERS = 3  # further addresses of this computer


def welcome(doors: Doors, terminal: TextIO, new_link: bool = False) -> str:
    """Return the lines to print at the start.

    Args:
        terminal: where they will be printed; the QR code is left out where it cannot show one.
        new_link: make another presenter's link first.
    """
    try:
        if new_link:
            doors.make_new_link()
        return "\n".join(_open(doors, terminal) if doors.is_open else _alone(doors))
    except InkwiseError as error:  # a room that cannot be opened must not keep people from drawing
        return f"{_first_line(doors.local_address)}\n\nThere is no room now: {error.message}"


def _alone(doors: Doors) -> list[str]:
    address = doors.local_address
    presenter = f"  Presenter  {address}{doors.presenter_path()}"
    return [_first_line(address), "", presenter, "", "With --lan phones can join."]


def _open(doors: Doors, terminal: TextIO) -> list[str]:
    local_address, (address, *others) = doors.local_address, doors.addresses()
    lines = [
        _first_line(address),
        "",
        *_code(doors.join_address(), terminal),
        f"  Phones     {address}/join   code {doors.code}",
        f"  Wall       {local_address}/wall",
        f"  Presenter  {local_address}{doors.presenter_path()}",
        "",
    ]
    if others:
        lines.append(f"Other networks of this computer: {', '.join(others[:MOST_OTHERS])}")
    if not doors.has_network:
        lines.append("No network was found. Join one, or open a hotspot: the address on the wall follows.")
    return [*lines, "The presenter's link is for you alone; its page checks all before the show."]


def _first_line(address: str) -> str:
    return f"Inkwise is at {address} (Ctrl-C stops it)"


def _code(text: str, terminal: TextIO) -> list[str]:
    picture = to_terminal(text, with_colours=terminal.isatty())
    try:
        picture.encode(terminal.encoding or "ascii")
    except UnicodeEncodeError:
        return []
    if sys.platform == "win32":
        os.system("")  # an older console understands colours only after this
    return [picture, ""]
