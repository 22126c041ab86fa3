"""Run Inkwise with an additional empty route: python -m benchmarks.load.empty_route [FLAG...].

`/api/empty` passes through the same server and middleware as every route and returns an empty body: the
baseline of the predict route.
"""

import os
import sys

from flask import Flask

from webapp import background, create_app
from webapp.asgi import make_server
from webapp.routes.describe import describe
from webapp.server.lifecycle import end
from webapp.settings import from_command_line


def add_empty_route(app: Flask) -> None:
    """Add `/api/empty` with a description, which every route needs."""
    view = describe("Return an empty body", answers={200: {"description": "Empty"}})(lambda: "")
    app.add_url_rule("/api/empty", "empty", view, methods=["GET", "POST"])


def main() -> None:
    """Serve until stopped."""
    app = create_app(from_command_line(sys.argv[1:], os.environ))
    add_empty_route(app)
    server = make_server(app)
    print(f"Inkwise is at {app.extensions['public_url'].local}", flush=True)
    background.start(app)
    server.serve_until_stopped()


if __name__ == "__main__":
    main()
    end(0)
