"""Our server with one more route, which answers nothing: python -m benchmarks.load.empty_route [FLAG...].

The same server, the same checks and headers before and after; what it answers to is `/api/empty`.
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
    """Add the route, described as every other."""
    nothing = describe("Answer nothing", answers={200: {"description": "Nothing"}})(lambda: "")
    app.add_url_rule("/api/empty", "empty", nothing, methods=["GET", "POST"])


def main() -> None:
    """Serve until told to stop."""
    app = create_app(from_command_line(sys.argv[1:], os.environ))
    add_empty_route(app)
    server = make_server(app)
    print(f"Inkwise is at {app.extensions['auth'].local_address}", flush=True)
    background.begin(app)
    server.serve_until_stopped()


if __name__ == "__main__":
    main()
    end(0)
