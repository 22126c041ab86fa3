"""The command line: python -m webapp."""

import os
import sys

from webapp import background, create_app
from webapp.errors import SettingError
from webapp.room.welcome import welcome
from webapp.server import Server, end
from webapp.settings import from_command_line
from webapp.watch import logs

# Seconds from listening until the models are loaded. While TensorFlow is imported Python does little else,
# for up to half a second at a time; a browser that waits already gets its page before.
PAGE_FIRST = 0.5


def main() -> int:
    """Serve until told to stop. Return 0, or 2 after one sentence about a setting that cannot be used."""
    try:
        app = create_app(from_command_line(sys.argv[1:], os.environ))
        logs.set_up(app.config["LOG_FORMAT"], app.config["LOG_LEVEL"])
        server = Server(app)
    except SettingError as error:
        print(f"inkwise: {error}", file=sys.stderr)
        return 2
    print(welcome(app.extensions["doors"], sys.stdout, app.config["NEW_PRESENTER_LINK"]), flush=True)
    background.begin(app, PAGE_FIRST)
    server.run()
    return 0


if __name__ == "__main__":
    end(main())
