"""Inkwise: draw a digit, and a neural network reads it while you draw.

`create_app` makes the Flask application; webapp/asgi.py puts the ASGI server's part around it. Dependencies
point one way: routes -> server, room, training, host -> monitoring -> nets -> ink.
"""

# ruff: noqa: E402, since the settings at the top concern what is imported below.

import gc
import os

# While importing: all that is imported stays, and searching it for garbage takes a sixth of the time.
gc.disable()
# One thread for each matrix product: the threads of the pools share the cores already.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import mimetypes

from flask import Flask

from webapp import routes
from webapp.errors import SettingError
from webapp.monitoring.monitor import Monitor
from webapp.nets.inspection.inspected_network import InspectedNetworks
from webapp.nets.predictor import Predictor
from webapp.nets.store import ModelStore
from webapp.room.address import database_url
from webapp.room.auth import RoomAuth
from webapp.room.retention import Retention
from webapp.room.service import Room
from webapp.settings import ROOT, complete
from webapp.training.collections import Collections

gc.enable()

# What browsers need and what some Windows registries get wrong; with `nosniff` a wrong type is not run.
MIME_TYPES = {
    ".js": "text/javascript",
    ".mjs": "text/javascript",
    ".css": "text/css",
    ".svg": "image/svg+xml",
    ".json": "application/json",
}


def create_app(config: dict | None = None, store: ModelStore | None = None) -> Flask:
    """Build the web application. Its models are not loaded before `store.start()`.

    Args:
        config: settings by their names in capitals (settings.py), and any of Flask's own.
        store: the models to serve; by default those of the folder MODELS.

    Raises:
        SettingError: there is no such folder, or the default model is not in it; or the room's database
            or public address is none.
    """
    for suffix, kind in MIME_TYPES.items():
        mimetypes.add_type(kind, suffix)
    # templates/ lies beside this package, and so does static/, which webapp/routes/static.py serves.
    app = Flask(__name__, root_path=str(ROOT), static_folder=None)
    app.config.from_mapping(complete(config or {}))
    app.config["MAX_CONTENT_LENGTH"] = app.config["MAX_BODY"]
    app.json.sort_keys = False  # the keys stand in the order of the contract
    app.extensions["store"] = store or _open_store(app.config)
    app.extensions["predictor"] = Predictor(
        app.extensions["store"], app.config["INFERENCE_THREADS"], app.config["REQUEST_TIMEOUT"]
    )
    app.extensions["inspected"] = InspectedNetworks()
    app.extensions["collections"] = Collections(app.config["DATA"])
    app.extensions["room"] = _make_room(app)
    app.extensions["auth"] = RoomAuth(app.config, app.extensions["room"].key_values)
    app.extensions["retention"] = Retention(app.extensions["room"].database, app.config["RETENTION_DAYS"])
    app.extensions["monitor"] = Monitor(app.extensions["store"], app.config["QUEUE_SIZE"])
    app.config["TRUSTED_HOSTS"], names = None, app.config["TRUSTED_HOSTS"]  # Flask's check knows no IPv6
    app.extensions["trusted_hosts"] = names
    routes.register(app)
    return app


def _make_room(app: Flask) -> Room:
    url = database_url(app.config["DATABASE"], app.config["ROOM_FOLDER"])
    # Opened at its first use: drawing needs no room.
    return Room(url, app.extensions["predictor"].predict_all, app.extensions["store"].names)


def _open_store(config: dict) -> ModelStore:
    folder, name = config["MODELS"], config["DEFAULT_MODEL"]
    if not folder.is_dir():
        raise SettingError(f"expected a folder with models at {folder}, found none; --models names another")
    for file in (f"{name}.tflite", f"{name}.keras", f"{name}.json"):
        if not (folder / file).is_file():
            raise SettingError(f"expected the model {name} as {folder / file}, found no such file")
    return ModelStore(folder, name)
