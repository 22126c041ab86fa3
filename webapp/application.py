"""Build the Flask application: create each part with its settings, and register the routes."""

import mimetypes
from pathlib import Path

from flask import Flask
from flask.json.provider import DefaultJSONProvider

from webapp import routes
from webapp.data_browser import Collections
from webapp.errors import SettingError
from webapp.host.public_url import PublicUrl
from webapp.lab.lab import Lab
from webapp.monitoring.monitor import Monitor
from webapp.nets.inspection.inspected_network import InspectedNetworks
from webapp.nets.predictor import Predictor
from webapp.nets.store import ModelStore
from webapp.room.auth import RoomAuth
from webapp.room.retention import Retention
from webapp.room.service import RoomService
from webapp.room.storage.engines import database_url
from webapp.room.wifi import RoomWifi
from webapp.server.code_access import CodeAccess
from webapp.settings import KEPT, ROOT, complete

# Some Windows registries have wrong types, and browsers reject scripts of a wrong type.
MIME_TYPES = {
    ".js": "text/javascript",
    ".mjs": "text/javascript",
    ".css": "text/css",
    ".svg": "image/svg+xml",
    ".json": "application/json",
}


def build(config: dict | None = None, store: ModelStore | None = None) -> Flask:
    """Return the Flask application; see `webapp.create_app`."""
    for suffix, kind in MIME_TYPES.items():
        mimetypes.add_type(kind, suffix)
    # templates/ and static/ are in ROOT; webapp/routes/static.py serves the latter.
    app = Flask(__name__, root_path=str(ROOT), static_folder=None)
    app.config.from_mapping(complete(config or {}))
    app.config["MAX_CONTENT_LENGTH"] = app.config["MAX_BODY"]
    app.json = DefaultJSONProvider(app)
    app.json.sort_keys = False  # keep the order of the code
    app.extensions["store"] = store or _open_store(app.config)
    app.extensions["predictor"] = Predictor(
        app.extensions["store"], app.config["INFERENCE_THREADS"], app.config["REQUEST_TIMEOUT"]
    )
    app.extensions["inspected"] = InspectedNetworks()
    app.extensions["collections"] = Collections(app.config["DATA"])
    app.extensions["room"] = _make_room(app)
    folder, kept_folder = Path(app.config["ROOM_FOLDER"]) / "lab", _kept_folder(app.config)
    app.extensions["lab"] = Lab(folder, kept_folder, app.config["DATA"], app.extensions["store"])
    app.extensions["lab"].read_room = app.extensions["room"].labeled_bitmaps
    app.extensions["room"].live.about_network = lambda participant_id: app.extensions[
        "lab"
    ].teacher.about_network(participant_id)
    app.extensions["public_url"] = PublicUrl(app.config)
    app.extensions["auth"] = RoomAuth(app.config, app.extensions["room"].key_values)
    app.extensions["code_access"] = CodeAccess(
        app.config,
        app.extensions["public_url"].is_own_address,
        app.extensions["auth"].is_presenter,
        app.extensions["auth"].is_wall,
    )
    app.extensions["wifi"] = RoomWifi(app.config, app.extensions["room"].key_values)
    app.extensions["retention"] = Retention(
        app.extensions["room"].database, app.config["RETENTION_DAYS"], app.config["DELETE_EXPIRED"]
    )
    app.extensions["monitor"] = Monitor(app.extensions["store"], app.config["QUEUE_SIZE"])
    app.extensions["trusted_hosts"] = app.config["TRUSTED_HOSTS"]
    app.config["TRUSTED_HOSTS"] = None  # Flask's own check does not support IPv6
    routes.register(app)
    return app


def _make_room(app: Flask) -> RoomService:
    url = database_url(app.config["DATABASE"], app.config["ROOM_FOLDER"])
    # Opened at its first use: predictions need no database.
    return RoomService(url, app.extensions["predictor"].predict_all, app.extensions["store"].names)


def _open_store(config: dict) -> ModelStore:
    folder, name = config["MODELS"], config["DEFAULT_MODEL"]
    if not folder.is_dir():
        raise SettingError(f"expected a folder with models at {folder}, found none; --models names another")
    for file in (f"{name}.tflite", f"{name}.keras", f"{name}.json"):
        if not (folder / file).is_file():
            raise SettingError(f"expected the model {name} as {folder / file}, found no such file")
    return ModelStore(folder, name, kept_folder=_kept_folder(config))


def _kept_folder(config: dict) -> Path:
    """Return the folder of the models that the presenter kept from the lab."""
    return Path(config["ROOM_FOLDER"]) / KEPT
