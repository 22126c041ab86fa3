"""The command line: python -m webapp, or inkwise."""

import gc
import os
import sys
from threading import Thread
from typing import NoReturn

from flask import Flask

from webapp import background, create_app
from webapp.asgi import make_server
from webapp.errors import SettingError
from webapp.host.startup_banner import welcome
from webapp.monitoring import logs
from webapp.server.lifecycle import end
from webapp.settings import from_command_line

gc.freeze()  # what is imported stays


def main() -> int:
    """Serve until told to stop. Return 0, or 2 after one sentence about a setting that cannot be used."""
    try:
        app = create_app(from_command_line(sys.argv[1:], os.environ))
        logs.set_up(app.config["LOG_FORMAT"], app.config["LOG_LEVEL"])
        server = make_server(app)
    except SettingError as error:
        print(f"inkwise: {error}", file=sys.stderr)
        return 2
    background.begin(app)
    Thread(target=_print_banner, args=(app,), daemon=True).start()  # it opens the room's database
    server.serve_until_stopped()
    return 0


def _print_banner(app: Flask) -> None:
    print(welcome(app.extensions["auth"], sys.stdout, app.config["NEW_PRESENTER_LINK"]), flush=True)


def run() -> NoReturn:
    """Serve, and end the process: the console script `inkwise`.

    A console script that returned would wait for threads that hang in a request.
    """
    end(main())


if __name__ == "__main__":
    run()
