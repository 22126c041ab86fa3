"""Print the presenter's link of a server without a visible terminal: python -m deploy.presenter_link

It reads the same INKWISE_* as the server, and the link from the room's database. With
INKWISE_NEW_PRESENTER_LINK=1 it makes another one, and the earlier is useless.
"""

import os
import sys

from webapp import create_app
from webapp.errors import InkwiseError
from webapp.room.auth import RoomAuth
from webapp.settings import from_command_line


def main() -> int:
    """Print the link. Return 0, or 2 after one sentence on stderr."""
    try:
        app = create_app(from_command_line([], os.environ))
        print(link(app.extensions["auth"], app.config["NEW_PRESENTER_LINK"]))
    except InkwiseError as error:
        print(f"inkwise: {error.message}", file=sys.stderr)
        return 2
    return 0


def link(auth: RoomAuth, new: bool) -> str:
    """Return the presenter's link; where `new`, after making another.

    Raises:
        DatabaseUnavailable, StorageUnavailable: the room cannot be read or written.
    """
    if new:
        auth.make_new_link()
    return auth.addresses()[0] + auth.presenter_path()


if __name__ == "__main__":
    sys.exit(main())
