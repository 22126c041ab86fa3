"""Static files, health and metrics, answered in the event loop without Flask.

Flask has routes of the same addresses, so that it is complete by itself; both use the functions below.
"""

import hmac
from collections.abc import Callable, Mapping

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from werkzeug.http import parse_accept_header, parse_etags

from webapp.errors import ModelsLoading, NotFound, NotPresenter
from webapp.monitoring.metrics import CONTENT_TYPE
from webapp.monitoring.monitor import Monitor
from webapp.nets.store import ModelStore
from webapp.server.cookies import PRESENTER, read_cookie
from webapp.server.responses import CompactJSONResponse
from webapp.server.static_files import StaticFiles
from webapp.server.trusted_hosts import host_name
from webapp.settings import LOOPBACK

FOREVER = "public, max-age=31536000, immutable"  # a year, in seconds
NO_CACHE = "no-cache"
BEARER = "Bearer "
# Headers of proxies. Behind one that no setting names, every client seems to be on this computer.
PROXY_HEADERS = ("X-Forwarded-For", "Forwarded", "X-Real-Ip", "Via")

Answer = tuple[int, dict[str, str], bytes]  # status, headers, body


def file_answer(files: StaticFiles, name: str, headers: Mapping[str, str]) -> Answer:
    """Return a file of static/, compressed where the browser takes that, or 304 where it has it already.

    Args:
        files: the StaticFiles.
        name: the path below /static/, with or without the digest of all files in front.
        headers: of the request.

    Raises:
        NotFound: there is no such file.
    """
    digest, _, rest = name.partition("/")
    is_digest = files.is_digest(digest)
    file = files.find(rest if is_digest else name)
    if file is None:
        raise NotFound(f"expected an address that exists, received /static/{name[:60]}")
    is_packed = file.is_packable and _takes_gzip(headers.get("Accept-Encoding", ""))
    etag = file.etag + ("-gzip" if is_packed else "")
    # A digest of other files than these: the page was loaded before an edit.
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


def readiness_answer(store: ModelStore) -> tuple[int, dict[str, str], dict]:
    """Return 200 once the default model answers and no other is still being loaded, else 503."""
    value = {"ready": store.is_ready, "models": store.statuses()}
    if value["ready"]:
        return 200, {}, value
    return ModelsLoading.status, {"Retry-After": str(ModelsLoading.retry_after)}, value


def check_may_watch(
    config: Mapping, address: str, headers: Mapping[str, str], is_presenter: Callable[[], bool]
) -> None:
    """Raise NotPresenter unless a client may see how the server is doing.

    Args:
        address: the client's.
        headers: of its request.
        is_presenter: asked last, since it may ask the database.
    """
    if not (_is_this_computer(config, address, headers) or _has_token(config, headers) or is_presenter()):
        ways = "this computer itself, the presenter's cookie or the metrics token"
        raise NotPresenter(f"expected {ways}, received none of them")


class Resources:
    """The endpoints.

    Args:
        config: the settings.
        files: the StaticFiles.
        is_presenter: tells whether a cookie is the presenter's; it may ask the database.
    """

    def __init__(
        self,
        config: Mapping,
        store: ModelStore,
        files: StaticFiles,
        metrics: Monitor,
        is_presenter: Callable[[str], bool],
    ):
        self._config = config
        self._store = store
        self._files = files
        self._metrics = metrics
        self._is_presenter = is_presenter

    async def show_file(self, request: Request) -> Response:
        """Answer with a file of static/."""
        status, headers, body = file_answer(self._files, request.path_params["name"], request.headers)
        return Response(body, status, headers)

    async def show_health(self, request: Request) -> Response:
        """Answer 200 while the process lives."""
        return CompactJSONResponse({"alive": True})

    async def show_readiness(self, request: Request) -> Response:
        """Answer whether the models are loaded."""
        status, headers, value = readiness_answer(self._store)
        return CompactJSONResponse(value, status, headers)

    async def show_metrics(self, request: Request) -> Response:
        """Answer with all figures in Prometheus' text format."""
        content = await run_in_threadpool(self._export, request)
        return Response(content, headers={"Cache-Control": "no-store", "Content-Type": CONTENT_TYPE})

    def _export(self, request: Request) -> bytes:
        address = request.client.host if request.client else ""
        cookie = read_cookie(request.scope, PRESENTER)
        check_may_watch(self._config, address, request.headers, lambda: self._is_presenter(cookie))
        return self._metrics.metrics.export()


def _takes_gzip(accept: str) -> bool:
    return "gzip" in accept and parse_accept_header(accept)["gzip"] > 0


def _is_this_computer(config: Mapping, address: str, headers: Mapping[str, str]) -> bool:
    if config["TRUSTED_PROXIES"] or any(name in headers for name in PROXY_HEADERS):
        return False
    # The name of another site may have been made to resolve to 127.0.0.1 (see trusted_hosts.py).
    return address in LOOPBACK and host_name(headers.get("Host", "")) in LOOPBACK


def _has_token(config: Mapping, headers: Mapping[str, str]) -> bool:
    """Return whether the request carries the scraper's token, as `Authorization: Bearer TOKEN`."""
    token, given = config["METRICS_TOKEN"], headers.get("Authorization", "")
    expected = (BEARER + token).encode()
    return bool(token) and hmac.compare_digest(given.encode("utf-8", "surrogatepass"), expected)
