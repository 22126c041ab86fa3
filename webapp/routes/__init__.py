"""Read the request, call one function, write the answer; nothing else.

pages.py     what people see
api.py       what their pages ask for
data.py      digits to browse
inspect.py   what the page Inside asks for
health.py    whether the server lives, and whether it can answer
openapi.py   the description of all that, made from the code
room/        what phones, the wall and the presenter ask for
body.py      from a request's body to a bitmap
error_handlers.py  every error as JSON, or as a page for people
monitoring.py     how the server is doing, and who may see that
static.py    scripts, styles and pictures
compression.py  what Flask answers, by gzip
"""

from flask import Flask

from webapp.routes import (
    api,
    compression,
    data,
    error_handlers,
    health,
    inspect,
    monitoring,
    openapi,
    pages,
    room,
    static,
)


def register(app: Flask) -> None:
    """Add all routes, error handlers and compression to `app`."""
    for module in (pages, data, api, inspect, health, monitoring, openapi):
        app.register_blueprint(module.blueprint)
    for blueprint in room.BLUEPRINTS:
        app.register_blueprint(blueprint)
    error_handlers.register(app)
    static.register(app)
    compression.register(app)
