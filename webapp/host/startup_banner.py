"""What a presenter reads first: the few lines that the terminal shows at the start."""

import os
import sys
from typing import TextIO

from webapp.errors import InkwiseError
from webapp.host.qr import to_terminal
from webapp.room.auth import RoomAuth

MOST_OTHERS = 3  # further addresses of this computer


def welcome(auth: RoomAuth, terminal: TextIO, new_link: bool = False) -> str:
    """Return the lines to print at the start.

    Args:
        terminal: where they will be printed; the QR code is left out where it cannot show one.
        new_link: make another presenter's link first.
    """
    try:
        if new_link:
            auth.make_new_link()
        return "\n".join(_open(auth, terminal) if auth.is_open else _alone(auth))
    except InkwiseError as error:  # a room that cannot be opened must not keep people from drawing
        return f"{_first_line(auth.local_address)}\n\nThere is no room now: {error.message}"


def _alone(auth: RoomAuth) -> list[str]:
    address = auth.local_address
    presenter = f"  Presenter  {address}{auth.presenter_path()}"
    return [_first_line(address), "", presenter, "", "With --lan phones can join."]


def _open(auth: RoomAuth, terminal: TextIO) -> list[str]:
    local_address, (address, *others) = auth.local_address, auth.addresses()
    lines = [
        _first_line(address),
        "",
        *_code(auth.join_address(), terminal),
        f"  Phones     {address}/join   code {auth.code}",
        f"  Wall       {local_address}/wall",
        f"  Presenter  {local_address}{auth.presenter_path()}",
        "",
    ]
    if others:
        lines.append(f"Other networks of this computer: {', '.join(others[:MOST_OTHERS])}")
    if not auth.has_network:
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
