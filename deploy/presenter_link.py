"""Print the presenter's link of a server that runs without a terminal: python -m deploy.presenter_link

Takes the same INKWISE_* variables as the server and reads the link from the room's database.
INKWISE_NEW_PRESENTER_LINK=1 replaces the link.
"""

import os
import sys

from webapp import create_app
from webapp.errors import InkwiseError
from webapp.settings import from_command_line


def main() -> int:
    """Print the link. Return the exit code: 0, or 2 after an error."""
    try:
        app = create_app(from_command_line([], os.environ))
        auth = app.extensions["auth"]
        if app.config["NEW_PRESENTER_LINK"]:
            auth.make_new_link()
        print(app.extensions["public_url"].for_phones()[0] + auth.presenter_path())
    except InkwiseError as error:
        print(f"inkwise: {error.message}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
