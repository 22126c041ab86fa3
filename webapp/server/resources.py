"""Endpoints for static files, health and metrics.

Flask has the same routes, so that it works without the ASGI server; both use the functions below.
"""

import hmac
from collections.abc import Callable, Mapping

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from werkzeug.datastructures import Headers
from werkzeug.http import parse_accept_header, parse_etags

from webapp.errors import ModelError, ModelsLoading, NotFound, NotPresenter
from webapp.monitoring.metrics import CONTENT_TYPE
from webapp.monitoring.monitor import Monitor
from webapp.nets.store import FAILED, ModelStore
from webapp.server.http import PRESENTER, CompactJSONResponse, read_cookie
from webapp.server.middleware.trusted_hosts import host_name
from webapp.server.static_files import StaticFiles
from webapp.settings import LOOPBACK

FOREVER = "public, max-age=31536000, immutable"  # a year, in seconds
NO_CACHE = "no-cache"
BEARER = "Bearer "
# Headers of proxies. Behind a proxy that is not configured, all clients seem to be on this computer.
PROXY_HEADERS = ("X-Forwarded-For", "X-Forwarded-Prefix", "Forwarded", "X-Real-Ip", "Via")

RequestHeaders = Mapping[str, str] | Headers  # of Starlette, or of Flask
FileResponse = tuple[int, dict[str, str], bytes]  # status, headers, body


def file_response(files: StaticFiles, name: str, headers: RequestHeaders) -> FileResponse:
    """Return a file of static/, compressed if the client accepts it, or 304 if the client has it.

    Args:
        name: the path below /static/, with or without the digest of all files in front.
        headers: of the request.

    Raises:
        NotFound: no such file.
    """
    digest, _, rest = name.partition("/")
    is_digest = files.is_digest(digest)
    file = files.find(rest if is_digest else name)
    if file is None:
        raise NotFound(f"expected an address that exists, received /static/{name[:60]}")
    is_packed = file.is_packable and _takes_gzip(headers.get("Accept-Encoding", ""))
    etag = file.etag + ("-gzip" if is_packed else "")
    # Another digest: the page was loaded before an edit.
    is_current = is_digest and digest == files.known_digest
    found = {"ETag": f'"{etag}"', "Cache-Control": FOREVER if is_current else NO_CACHE}
    if file.is_packable:
        found["Vary"] = "Accept-Encoding"
    known = headers.get("If-None-Match")
    if known and parse_etags(known).contains_weak(etag):
        return 304, found, b""
    if is_packed:
        found["Content-Encoding"] = "gzip"
    return 200, found | {"Content-Type": file.kind}, file.packed if is_packed else file.content


def readiness(store: ModelStore, is_room_in_danger: bool) -> tuple[int, dict[str, str], dict]:
    """Return status, headers and JSON: 200 once the default model is warm and none is loading, else 503.

    A room whose data is in danger does not change the status, since predictions work.
    """
    value = {"ready": store.is_ready, "models": store.statuses()}
    if is_room_in_danger:
        value["room"] = "in danger: see the presenter's page"
    if value["ready"]:
        return 200, {}, value
    error = ModelError if store.default_status == FAILED else ModelsLoading
    return error.status, {"Retry-After": str(error.retry_after)}, value


def check_monitoring_access(
    config: Mapping, address: str, headers: RequestHeaders, is_presenter: Callable[[], bool]
) -> None:
    """Raise NotPresenter unless a client may see metrics and status.

    Args:
        address: of the client.
        headers: of the request.
        is_presenter: called last, since it may query the database.
    """
    if not (is_this_computer(config, address, headers) or _has_token(config, headers) or is_presenter()):
        ways = "this computer itself, the presenter's cookie or the metrics token"
        raise NotPresenter(f"expected {ways}, received none of them")


class Resources:
    """The endpoints.

    Args:
        config: the settings.
        is_presenter: returns whether a cookie is the presenter's; may query the database.
        is_room_in_danger: returns whether the room's file was removed or the disk is full.
    """

    def __init__(
        self,
        config: Mapping,
        store: ModelStore,
        files: StaticFiles,
        metrics: Monitor,
        is_presenter: Callable[[str], bool],
        is_room_in_danger: Callable[[], bool],
    ):
        self._config = config
        self._store = store
        self._files = files
        self._metrics = metrics
        self._is_presenter = is_presenter
        self._is_room_in_danger = is_room_in_danger

    async def show_file(self, request: Request) -> Response:
        """Return a file of static/."""
        status, headers, body = file_response(self._files, request.path_params["name"], request.headers)
        return Response(body, status, headers)

    async def show_health(self, request: Request) -> Response:
        """Return 200 while the process runs."""
        return CompactJSONResponse({"alive": True})

    async def show_readiness(self, request: Request) -> Response:
        """Return whether the models are loaded."""
        status, headers, value = readiness(self._store, self._is_room_in_danger())
        return CompactJSONResponse(value, status, headers)

    async def show_metrics(self, request: Request) -> Response:
        """Return all metrics in Prometheus' text format."""
        content = await run_in_threadpool(self._export, request)
        return Response(content, headers={"Cache-Control": "no-store", "Content-Type": CONTENT_TYPE})

    def _export(self, request: Request) -> bytes:
        address = request.client.host if request.client else ""
        cookie = read_cookie(request.scope, PRESENTER)
        check_monitoring_access(self._config, address, request.headers, lambda: self._is_presenter(cookie))
        return self._metrics.metrics.export()


def _takes_gzip(accept: str) -> bool:
    return "gzip" in accept and parse_accept_header(accept)["gzip"] > 0


def is_this_computer(config: Mapping, address: str, headers: RequestHeaders) -> bool:
    """Return whether a request comes from this computer, and through no proxy.

    Args:
        address: of the client.
        headers: of the request.
    """
    if config["TRUSTED_PROXIES"] or any(name in headers for name in PROXY_HEADERS):
        return False
    # Another site's name may resolve to 127.0.0.1 (see trusted_hosts.py).
    return address in LOOPBACK and host_name(headers.get("Host", "")) in LOOPBACK


def _has_token(config: Mapping, headers: RequestHeaders) -> bool:
    """Return whether the request carries the scraper's token, as `Authorization: Bearer TOKEN`."""
    token, given = config["METRICS_TOKEN"], headers.get("Authorization", "")
    expected = (BEARER + token).encode()
    return bool(token) and hmac.compare_digest(given.encode("utf-8", "surrogatepass"), expected)
