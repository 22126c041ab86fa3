"""Flask routes: parse the request, call one function, write the response.

pages.py            pages for drawing and about the models
api.py              predictions, list of models
data.py             the page to browse digits
inspect.py          inspection of a network
learn.py            one learning step on one drawing
lab.py              train networks
teach.py            teach a network the room's handwriting
lab_access.py       who may use both
room/               the room: phones, wall, presenter
monitoring.py       health, metrics, status
openapi.py          the OpenAPI document, built from the routes; describe.py attaches descriptions to them
schemas.py          JSON schemas
request_parsing.py  bodies and query parameters
responses.py        gzip, ETags
error_handlers.py   errors as JSON or as a page
static.py           files of static/
"""

from flask import Flask

from webapp.nets.network import IS_DIGIT
from webapp.percent import percent
from webapp.routes import (
    api,
    data,
    error_handlers,
    inspect,
    lab,
    learn,
    monitoring,
    openapi,
    pages,
    responses,
    room,
    static,
    teach,
)


def register(app: Flask) -> None:
    """Add all routes, error handlers and compression to `app`."""
    for module in (pages, data, api, inspect, learn, lab, teach, monitoring, openapi):
        app.register_blueprint(module.blueprint)
    for blueprint in room.BLUEPRINTS:
        app.register_blueprint(blueprint)
    app.jinja_env.globals |= {"is_digit_threshold": IS_DIGIT, "percent": percent}
    error_handlers.register(app)
    static.register(app)
    responses.register(app)
