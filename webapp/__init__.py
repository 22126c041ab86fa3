"""Inkwise: draw a digit, and a neural network reads it while you draw.

`create_app` returns the Flask application; webapp/asgi.py adds the ASGI server around it. Layers, from top to
bottom: routes, host, server, room and training, monitoring, nets, ink.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask

    from webapp.nets.store import ModelStore

# One thread for each matrix product: the pools of threads use the cores already.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")


def create_app(config: dict | None = None, store: ModelStore | None = None) -> Flask:
    """Return the Flask application. `background.start` loads its models.

    Args:
        config: settings by their names in capitals (settings.py), and any of Flask.
        store: the models; by default those of the folder MODELS.

    Raises:
        SettingError: no such folder, no default model in it, or a malformed database or public address.
    """
    from webapp.application import build  # here, so that `import webapp.ink` needs no Flask

    return build(config, store)
