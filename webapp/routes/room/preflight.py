"""What the presenter checks before the show, and how many phones this machine takes."""

import json
import subprocess
import sys
import threading
from dataclasses import asdict

from flask import Blueprint, Response, current_app, jsonify

from webapp.errors import Busy, Conflict
from webapp.host.preflight import Preflight
from webapp.routes.describe import describe, fails, gives_json
from webapp.routes.room.current import auth, require_presenter, room
from webapp.routes.room.descriptions import failures
from webapp.routes.schemas import reference
from webapp.settings import PACKAGE

blueprint = Blueprint("preflight", __name__, url_prefix="/api/room")

BURST_TIME = 60.0  # seconds until a burst is given up; it takes about five
_bursting = threading.Lock()


@blueprint.get("/preflight")
@describe(
    "Check all before the show",
    answers={200: gives_json("The checks, the likeliest trouble first", reference("Preflight"))}
    | failures(403, 503),
)
def show_preflight() -> Response:
    """Answer with every check and what to do about it."""
    require_presenter()
    app = current_app
    checks = Preflight(app.config, app.extensions["store"], auth(), room().database).run()
    return jsonify({"checks": [asdict(check) for check in checks]})


@blueprint.post("/preflight/burst")
@describe(
    "Measure how many phones this machine takes, for about five seconds",
    answers={200: gives_json("What was measured", reference("Burst"))}
    | failures(403)
    | {409: fails("A burst is under way, or a proxy is in front"), 503: fails("It could not be measured")},
)
def run_burst() -> Response:
    """Let simulated phones ask this very server, from a process of their own."""
    require_presenter()
    if current_app.config["TRUSTED_PROXIES"]:
        raise Conflict("expected a server that phones reach directly; behind a proxy, use benchmarks/room.py")
    if not _bursting.acquire(blocking=False):
        raise Conflict("expected one burst at a time, and one is under way")
    try:
        return jsonify(_measure())
    finally:
        _bursting.release()


def _measure() -> dict:
    address, connections = auth().local_address, current_app.config["CONNECTIONS"]
    command = [sys.executable, "-m", "webapp.host.load_test", address, str(connections)]
    try:
        # A process: its phones must not take this one's turns, nor end with it half measured.
        ended = subprocess.run(
            command, cwd=PACKAGE.parent, capture_output=True, text=True, timeout=BURST_TIME
        )
        return json.loads(ended.stdout)
    except (OSError, ValueError, subprocess.TimeoutExpired):
        raise Busy("the burst could not be measured: this computer has too much to do") from None
