"""The banner in the terminal at the start: URLs, the QR code, the presenter's link."""

import os
import sys
from typing import TextIO

from webapp.errors import InkwiseError
from webapp.host.public_url import PublicUrl
from webapp.host.qr import to_terminal
from webapp.room.auth import RoomAuth

MOST_OTHERS = 3  # further addresses of this computer


def banner(url: PublicUrl, auth: RoomAuth, terminal: TextIO, new_link: bool = False) -> str:
    """Return the text to print at the start.

    Args:
        terminal: the output; the QR code is left out if it cannot show it.
        new_link: replace the presenter's link first.
    """
    try:
        if new_link:
            auth.make_new_link()
        return "\n".join(_open(url, auth, terminal) if url.is_open else _local(url, auth))
    except InkwiseError as error:  # without a database, drawing still works
        return f"{_first_line(url.local)}\n\nThere is no room now: {error.message}"


def _local(url: PublicUrl, auth: RoomAuth) -> list[str]:
    presenter = f"  Presenter  {url.local}{auth.presenter_path()}"
    return [_first_line(url.local), "", presenter, "", "With --lan phones can join."]


def _open(url: PublicUrl, auth: RoomAuth, terminal: TextIO) -> list[str]:
    address, *others = url.for_phones()
    code = auth.code
    lines = [
        _first_line(address),
        "",
        *_qr_code(url.to_join(code), terminal),
        f"  Phones     {address}/join   code {code}",
        f"  Wall       {url.local}/wall",
        f"  Wall link  {address}{auth.wall_path()}",
        f"  Presenter  {url.local}{auth.presenter_path()}",
        "",
    ]
    if others:
        lines.append(f"Other networks of this computer: {', '.join(others[:MOST_OTHERS])}")
    if not url.has_network:
        lines.append("No network was found. Join one, or open a hotspot: the address on the wall follows.")
    return [*lines, "Keep the presenter's link secret. Its page runs the checks before the show."]


def _first_line(address: str) -> str:
    return f"Inkwise is at {address} (Ctrl-C stops it)"


def _qr_code(text: str, terminal: TextIO) -> list[str]:
    picture = to_terminal(text, with_colors=terminal.isatty())
    try:
        picture.encode(terminal.encoding or "ascii")
    except UnicodeEncodeError:
        return []
    if sys.platform == "win32":
        os.system("")  # enables escape sequences in older consoles
    return [picture, ""]
