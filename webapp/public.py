"""Start Inkwise inside a process that another server has begun, such as a worker of gunicorn."""

from collections.abc import Mapping

from flask import Flask

from webapp import background, create_app
from webapp.nets.store import ModelStore
from webapp.settings import from_command_line
from webapp.watch import logs


def start(environment: Mapping[str, str], store: ModelStore | None = None) -> Flask:
    """Return the application, which loads its models from now on in the background.

    Args:
        environment: holds settings as INKWISE_* (settings.py).
        store: the models to serve; by default those of INKWISE_MODELS.

    Raises:
        SettingError: a setting cannot be used.
    """
    app = create_app(from_command_line([], environment), store)
    logs.set_up(app.config["LOG_FORMAT"], app.config["LOG_LEVEL"])
    background.begin(app)
    return app
