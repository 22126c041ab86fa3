"""The command line: python -m webapp, or inkwise; `inkwise add-model` and `inkwise fetch-mnist`."""

# ruff: noqa: E402, since the version is checked and garbage collection disabled before the imports.

import argparse
import gc
import os
import subprocess
import sys

# Descriptors that the parent closed would be given to the next files, such as the database, and native code
# that writes to stderr would write into them.
for number in range(3):
    try:
        os.fstat(number)
    except OSError:
        os.open(os.devnull, os.O_RDWR)
sys.stdout = sys.stdout or open(os.devnull, "w")  # noqa: SIM115, open until the end
sys.stderr = sys.stderr or open(os.devnull, "w")  # noqa: SIM115

if not (3, 11) <= sys.version_info[:2] <= (3, 13):
    found = ".".join(map(str, sys.version_info[:3]))
    advice = "make the virtual environment again with python3.13 (on Windows: py -3.13)"
    print(f"inkwise: expected Python 3.11, 3.12 or 3.13, received {found}; {advice}", file=sys.stderr)
    sys.exit(2)

gc.disable()  # imported modules are never freed; collecting garbage meanwhile takes a sixth of the start

from functools import partial
from pathlib import Path
from typing import NoReturn

from flask import Flask

from webapp import background, create_app
from webapp.asgi import make_server
from webapp.errors import SettingError
from webapp.host.startup_banner import banner
from webapp.lab.trainer import INSTALL, can_train
from webapp.monitoring import logs
from webapp.monitoring.background_log import write
from webapp.server.lifecycle import end
from webapp.settings import KEPT, PACKAGE, complete, from_command_line
from webapp.training import mnist_download

ADD_TIMEOUT = 300  # seconds

gc.enable()
gc.freeze()


def main() -> int:
    """Serve until a stop signal, add a model, or download MNIST. Return 0, or 2 after an error."""
    try:
        if sys.argv[1:2] == ["add-model"]:
            return add_model(sys.argv[2:])
        if sys.argv[1:2] == ["fetch-mnist"]:
            return mnist_download.main(sys.argv[2:], complete(from_command_line([], os.environ))["DATA"])
        app = create_app(from_command_line(sys.argv[1:], os.environ))
        logs.set_up(app.config["LOG_FORMAT"], app.config["LOG_LEVEL"])
        server = make_server(app)
    except SettingError as error:
        write(sys.stderr, f"inkwise: {error}\n")
        return 2
    background.start(app, partial(_print_banner, app))
    server.serve_until_stopped()
    return 0


def add_model(arguments: list[str]) -> int:
    """Check and convert a model in a process of its own: it needs TensorFlow, and the file may be hostile.

    Raises:
        SettingError: a setting of the environment cannot be used.
    """
    if not can_train():
        print(f"inkwise add-model: {INSTALL}", file=sys.stderr)
        return 2
    parser = argparse.ArgumentParser(add_help=False)
    parser.add_argument("--room-folder", type=Path)
    given, others = parser.parse_known_args(arguments)
    folder = given.room_folder or Path(complete(from_command_line([], os.environ))["ROOM_FOLDER"])
    command = [sys.executable, "-m", "webapp.training.add_model", *others, "--folder", str(folder / KEPT)]
    path = os.pathsep.join(filter(None, (str(PACKAGE.parent), os.environ.get("PYTHONPATH"))))
    try:
        return subprocess.run(command, env={**os.environ, "PYTHONPATH": path}, timeout=ADD_TIMEOUT).returncode
    except subprocess.TimeoutExpired:
        print(f"inkwise add-model: expected a model within {ADD_TIMEOUT} s", file=sys.stderr)
        return 2


def _print_banner(app: Flask) -> None:
    url, auth = app.extensions["public_url"], app.extensions["auth"]
    write(sys.stdout, banner(url, auth, sys.stdout, app.config["NEW_PRESENTER_LINK"]) + "\n")


def run() -> NoReturn:
    """Serve, then exit without waiting for threads: the console script `inkwise`."""
    end(main())


if __name__ == "__main__":
    run()
