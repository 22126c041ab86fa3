"""The ASGI application: middleware, native endpoints for what is asked most, and Flask for everything else.

    uvicorn --factory webapp.asgi:from_environment --http webapp.server.protocol:Protocol

`python -m webapp` serves it with one server; docs/deploying.md says how to run several.
"""

import os
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

from flask import Flask
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.routing import Mount, Route
from werkzeug.exceptions import HTTPException

from webapp import background, create_app
from webapp.errors import InkwiseError
from webapp.monitoring import logs
from webapp.server.admission import RequestQueue
from webapp.server.connections import ConnectionTable, Limits
from webapp.server.csrf import CsrfProtection
from webapp.server.events import EventHub, EventsEndpoint
from webapp.server.flask_bridge import FlaskBridge
from webapp.server.forwarded import ForwardedHeaders
from webapp.server.headers import ResponseHeaders
from webapp.server.lifecycle import Server, allow_open_files
from webapp.server.predict import PATH as PREDICT
from webapp.server.predict import PredictEndpoint
from webapp.server.rate_limit import RateLimit
from webapp.server.request_metrics import RequestMetrics
from webapp.server.resources import Resources
from webapp.server.responses import answer_bug, answer_error
from webapp.server.room_state import PATH as STATE
from webapp.server.room_state import RoomStateEndpoint
from webapp.server.trusted_hosts import TrustedHosts
from webapp.settings import from_command_line

LARGEST_UPLOAD = 32_000_000  # bytes of a request body, whatever the route
NO_ROUTE = "none"  # the template of addresses that do not exist
READ_AHEAD = 2  # predictions for each thread that may leave the queue: none of them waits for the event loop


def create_asgi(app: Flask) -> Starlette:
    """Return the ASGI application around a Flask application made by `create_app`."""
    config, extensions = app.config, app.extensions
    limits = config["QUEUE_SIZE"], config["REQUEST_TIMEOUT"]
    predictions = RequestQueue(READ_AHEAD * config["INFERENCE_THREADS"], *limits)
    extensions["monitor"].queue_length = predictions.__len__
    room, auth = extensions["room"], extensions["auth"]
    flask = FlaskBridge(app, config["THREADS"], *limits, LARGEST_UPLOAD, auth.is_presenter)
    predict = PredictEndpoint(extensions["predictor"], predictions, flask)
    state = RoomStateEndpoint(
        lambda requests: room.states(requests, auth.to_json()), config["QUEUE_SIZE"], flask
    )
    hub = EventHub(
        look=lambda: room.live.moment(auth.to_json()),
        find_participant=room.find_id,
        see=room.presence.see_all,
        most=config["CONNECTIONS"] // 2,
    )
    room.database.on_change = hub.notify
    resources = Resources(
        config, extensions["store"], extensions["static"], extensions["monitor"], auth.is_presenter
    )
    application = Starlette(
        routes=[
            Route(PREDICT, predict, methods=["POST"]),
            Route(STATE, state, methods=["GET", "HEAD"]),
            Route("/api/room/events", EventsEndpoint(hub).answer, methods=["GET"]),
            Route("/static/{name:path}", resources.show_file, methods=["GET", "HEAD"]),
            Route("/healthz", resources.show_health),
            Route("/readyz", resources.show_readiness),
            Route("/metrics", resources.show_metrics),
            Mount("/", flask),
        ],
        middleware=_middleware(app),
        exception_handlers={InkwiseError: answer_error, Exception: answer_bug},
        lifespan=_lifespan(config),
    )
    application.state.events = hub
    return application


def make_server(app: Flask) -> Server:
    """Return a server that is bound to the address of the settings; PORT is the real port from then on.

    Raises:
        SettingError: the host or the port cannot be listened on.
    """
    app.config["CONNECTIONS"] = allow_open_files(app.config["CONNECTIONS"])
    application = create_asgi(app)
    server = Server(app.config, application, before_stop=application.state.events.close)
    app.config["PORT"] = server.port
    return server


def from_environment() -> Starlette:
    """Return the application with the settings of the environment, its models being loaded.

    Raises:
        SettingError: a setting cannot be used.
    """
    app = create_app(from_command_line([], os.environ))
    logs.set_up(app.config["LOG_FORMAT"], app.config["LOG_LEVEL"])
    background.begin(app)
    return create_asgi(app)


def _middleware(app: Flask) -> list[Middleware]:
    """Return what every request passes, the outermost first."""
    config = app.config
    found = [
        Middleware(RequestMetrics, metrics=app.extensions["monitor"], route_of=_route_finder(app)),
        Middleware(ResponseHeaders),
        Middleware(TrustedHosts, named=app.extensions["trusted_hosts"], config=config),
        Middleware(CsrfProtection),
    ]
    if config["TRUSTED_PROXIES"]:
        found.insert(2, Middleware(ForwardedHeaders, proxies=config["TRUSTED_PROXIES"]))
    if config["RATE_LIMIT_SCALE"]:
        spares_loopback = not config["TRUSTED_PROXIES"]
        found.append(Middleware(RateLimit, scale=config["RATE_LIMIT_SCALE"], spares_loopback=spares_loopback))
    return found


def _route_finder(app: Flask):
    """Return a function that gives the template of a path, such as /models/<name>: Flask knows all of
    them."""
    routes = app.url_map.bind("")
    common = {("POST", PREDICT): PREDICT, ("GET", STATE): STATE}

    def find(method: str, path: str) -> str:
        if (method, path) in common:
            return common[method, path]
        try:
            return routes.match(path, method, return_rule=True)[0].rule
        except HTTPException:
            return NO_ROUTE

    return find


def _lifespan(config: Mapping):
    """Return the application's lifespan, whose state the protocol of each connection reads."""

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[dict]:
        limits = Limits(
            connections=config["CONNECTIONS"],
            idle_timeout=config["IDLE_TIMEOUT"],
            head_timeout=config["HEAD_TIMEOUT"],
            largest_body=LARGEST_UPLOAD,
            limits_addresses=not config["TRUSTED_PROXIES"],
        )
        yield {"connections": ConnectionTable(limits)}

    return lifespan
