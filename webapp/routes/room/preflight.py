"""Routes for the checks before the show and the load test, for the presenter."""

import json
import subprocess
import sys
import threading
from dataclasses import asdict

from flask import Blueprint, Response, current_app, jsonify

from webapp.errors import Busy, Conflict
from webapp.host.preflight import Preflight
from webapp.routes.describe import describe, fails, gives_json
from webapp.routes.room.current import public_url, require_presenter, room
from webapp.routes.room.schemas import failures
from webapp.routes.schemas import reference
from webapp.settings import PACKAGE

blueprint = Blueprint("preflight", __name__, url_prefix="/api/room")

LOAD_TEST_TIMEOUT = 60.0  # seconds; a load test takes about five
_load_test_lock = threading.Lock()


@blueprint.get("/preflight")
@describe(
    "Run the checks before the show",
    answers={200: gives_json("The checks, the most likely problems first", reference("Preflight"))}
    | failures(403, 503),
)
def show_preflight() -> Response:
    """Return all checks with advice."""
    require_presenter()
    app = current_app
    parts = app.extensions["store"], public_url(), room().database, app.extensions["retention"]
    checks = Preflight(app.config, *parts).run()
    return jsonify({"checks": [asdict(check) for check in checks]})


@blueprint.post("/preflight/load-test")
@describe(
    "Measure how many phones this computer can serve, for about five seconds",
    answers={200: gives_json("The measurement", reference("LoadTest"))}
    | failures(403)
    | {409: fails("A load test is running, or the server is behind a proxy"), 503: fails("It failed")},
)
def run_load_test() -> Response:
    """Run simulated phones against this server, in another process."""
    require_presenter()
    if current_app.config["TRUSTED_PROXIES"]:
        raise Conflict(
            "expected a server that phones reach directly; behind a proxy, use benchmarks/room.py",
            "This test does not work behind a proxy. Use benchmarks/room.py instead.",
        )
    if not _load_test_lock.acquire(blocking=False):
        raise Conflict(
            "expected one load test at a time, and one is running",
            "A load test is running already. Wait a few seconds.",
        )
    try:
        return jsonify(_measure())
    finally:
        _load_test_lock.release()


def _measure() -> dict:
    address, connections = public_url().local, current_app.config["CONNECTIONS"]
    command = [sys.executable, "-m", "webapp.host.load_test", address, str(connections)]
    try:
        # Another process: the simulated phones must not share Python's global lock with the server.
        ended = subprocess.run(
            command, cwd=PACKAGE.parent, capture_output=True, text=True, timeout=LOAD_TEST_TIMEOUT
        )
        return json.loads(ended.stdout)
    except (OSError, ValueError, subprocess.TimeoutExpired):
        raise Busy(
            "the load test failed: this computer is too busy",
            "This computer is too busy. Close other programs and try again.",
        ) from None
