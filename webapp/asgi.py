"""The ASGI application: middleware, native endpoints for frequent requests, and Flask for the others.

`python -m webapp` serves it with one server; docs/deploying.md says how to run several.
"""

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager

from flask import Flask
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.routing import Mount, Route
from werkzeug.exceptions import HTTPException

from webapp.errors import InkwiseError, NotPresenter
from webapp.room.auth import RoomAuth
from webapp.room.live import LiveResponse
from webapp.server.admission import RequestQueue
from webapp.server.connections import LARGEST_BODY, ConnectionTable, Limits
from webapp.server.events import EventHub, EventsEndpoint
from webapp.server.flask_bridge import FlaskBridge
from webapp.server.http import PRESENTER, handle_error, handle_os_error, read_cookie
from webapp.server.lab_events import LabEvents
from webapp.server.lifecycle import Server, allow_open_files
from webapp.server.middleware.base_path import BasePath
from webapp.server.middleware.csrf import CsrfProtection
from webapp.server.middleware.forwarded import ForwardedHeaders
from webapp.server.middleware.head_limits import HeadLimits
from webapp.server.middleware.headers import ResponseHeaders
from webapp.server.middleware.internal_errors import InternalErrors
from webapp.server.middleware.paths import UnambiguousPaths
from webapp.server.middleware.rate_limit import RateLimit
from webapp.server.middleware.request_metrics import RequestMetrics
from webapp.server.middleware.trusted_hosts import TrustedHosts
from webapp.server.predict import PATH as PREDICT
from webapp.server.predict import PredictEndpoint
from webapp.server.resources import Resources, is_this_computer
from webapp.server.room_state import PATH as STATE
from webapp.server.room_state import RoomStateEndpoint, StateRequest
from webapp.server.run_channels import RunChannels

NO_ROUTE = "none"  # template of unknown paths
READ_AHEAD = 2  # predictions for each thread taken from the queue, so that no thread waits for the event loop


def create_asgi(app: Flask) -> Starlette:
    """Return the ASGI application around a Flask application made by `create_app`."""
    config, extensions = app.config, app.extensions
    limits = config["QUEUE_SIZE"], config["REQUEST_TIMEOUT"]
    predictions = RequestQueue(READ_AHEAD * config["INFERENCE_THREADS"], *limits)
    extensions["monitor"].queue_length = predictions.__len__
    room, auth, url = extensions["room"], extensions["auth"], extensions["public_url"]
    lab = extensions["lab"]

    def states(requests: Sequence[StateRequest]) -> list[LiveResponse]:
        code, sees_code = auth.code, extensions["code_access"].is_scope_allowed
        return room.states(
            [(secret, known, url.join_info(code, sees_code(scope))) for secret, known, scope in requests]
        )

    flask = FlaskBridge(app, config["THREADS"], *limits, LARGEST_BODY, auth.is_presenter)
    predict = PredictEndpoint(extensions["predictor"], predictions, flask)
    state = RoomStateEndpoint(states, config["QUEUE_SIZE"], flask)
    hub = EventHub(
        read_moment=lambda before: room.live.moment(url.join_info(auth.code, shows_code=False), before),
        find_participant=room.find_id,
        note_present=room.presence.see_all,
        most=config["CONNECTIONS"] // 2,
        channels=RunChannels(lab.broadcast, lab.listeners),
    )
    room.database.on_change = hub.notify
    lab.teacher.on_use = hub.notify
    lab_events = LabEvents(lab, lambda request: _check_lab_access(config, auth, request))
    resources = Resources(
        config,
        extensions["store"],
        extensions["static"],
        extensions["monitor"],
        auth.is_presenter,
        lambda: bool(room.database.notices),
    )
    application = Starlette(
        routes=[
            Route(PREDICT, predict, methods=["POST"]),
            Route(STATE, state, methods=["GET", "HEAD"]),
            Route("/api/room/events", EventsEndpoint(hub).answer, methods=["GET"]),
            Route("/api/lab/events", lab_events.answer, methods=["GET"]),
            Route("/static/{name:path}", resources.show_file, methods=["GET", "HEAD"]),
            Route("/healthz", resources.show_health),
            Route("/readyz", resources.show_readiness),
            Route("/metrics", resources.show_metrics),
            Mount("/", flask),
        ],
        middleware=_middleware(app),
        exception_handlers={InkwiseError: handle_error, OSError: handle_os_error},
        lifespan=_lifespan(app),
    )
    application.state.events = hub
    application.state.streams = (hub, lab_events)
    application.state.trainer = lab.trainer
    return application


def _check_lab_access(config: Mapping, auth: RoomAuth, request: Request) -> None:
    """Raise NotPresenter for a client that is neither the presenter nor this computer."""
    address = request.client.host if request.client else ""
    if not is_this_computer(config, address, request.headers) and not auth.is_presenter(
        read_cookie(request.scope, PRESENTER)
    ):
        raise NotPresenter("expected the presenter or this computer itself, received another client")


def make_server(app: Flask) -> Server:
    """Return a bound server, and set PORT to the real port.

    Raises:
        SettingError: the host or port cannot be bound.
    """
    app.config["CONNECTIONS"] = allow_open_files(app.config["CONNECTIONS"])
    application = create_asgi(app)

    def close_streams() -> None:
        for stream in application.state.streams:
            stream.close()

    server = Server(app.config, application, close_streams, application.state.trainer.close)
    app.config["PORT"] = server.port
    return server


def _middleware(app: Flask) -> list[Middleware]:
    """Return the middleware, outermost first."""
    config = app.config
    forwarded, limited = [], []
    if config["TRUSTED_PROXIES"]:
        forwarded = [Middleware(ForwardedHeaders, proxies=config["TRUSTED_PROXIES"])]
    if config["RATE_LIMIT_SCALE"]:
        rate_limit = Middleware(
            RateLimit,
            scale=config["RATE_LIMIT_SCALE"],
            spares_loopback=not config["TRUSTED_PROXIES"],
            largest_body=config["MAX_BODY"],
        )
        limited = [rate_limit]
    return [
        Middleware(RequestMetrics, metrics=app.extensions["monitor"], route_of=_route_finder(app)),
        Middleware(ResponseHeaders),
        Middleware(InternalErrors),
        Middleware(HeadLimits),
        Middleware(UnambiguousPaths),
        *forwarded,
        Middleware(BasePath, default=app.extensions["public_url"].base_path),
        Middleware(TrustedHosts, named=app.extensions["trusted_hosts"], config=config),
        Middleware(CsrfProtection),
        *limited,
    ]


def _route_finder(app: Flask) -> Callable[[str, str], str]:
    """Return a function that returns the template of a path, such as /models/<name>, by Flask's routes."""
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


def _lifespan(app: Flask) -> Callable[[Starlette], AbstractAsyncContextManager[dict]]:
    """Return the lifespan, whose state holds the connection table for the protocol."""

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[dict]:
        config = app.config
        limits = Limits(
            connections=config["CONNECTIONS"],
            idle_timeout=config["IDLE_TIMEOUT"],
            head_timeout=config["HEAD_TIMEOUT"],
            limits_addresses=not config["TRUSTED_PROXIES"],
        )
        yield {"connections": ConnectionTable(limits, app.extensions["monitor"].note_rejection)}

    return lifespan
