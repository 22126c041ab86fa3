"""The command line: python -m webapp."""

import os
import sys

from webapp import create_app
from webapp.errors import SettingError
from webapp.room.welcome import welcome
from webapp.server import Server, end
from webapp.settings import from_command_line
from webapp.watch import logs


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
    app.extensions["store"].start()  # only now: TensorFlow takes seconds, and the pages need not wait
    app.extensions["retention"].start()
    server.run()
    return 0


if __name__ == "__main__":
    end(main())
