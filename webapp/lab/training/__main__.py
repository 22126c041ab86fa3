"""The trainer's process: read commands, train, write events. See __init__.py for both."""

# ruff: noqa: E402, since commands are read and stdout is kept before TensorFlow is imported.

import base64
import json
import os
import queue
import shutil
import signal
import sys
import tempfile
import threading
import warnings
from pathlib import Path
from typing import Any, NoReturn, TextIO

import psutil

from webapp.lab.trainer import FOLDER_PREFIX


def lower_priority() -> None:
    """Let predictions and pages go first."""
    windows = getattr(psutil, "BELOW_NORMAL_PRIORITY_CLASS", None)
    psutil.Process().nice(10 if windows is None else windows)


def take_stdout() -> TextIO:
    """Return the stream of the events; whatever else writes to stdout goes to stderr."""
    events = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    return events


def leave() -> NoReturn:
    """End the process at once, and remove its temporary folder, since the server may be gone."""
    folder = Path(tempfile.gettempdir())
    if folder.name.startswith(FOLDER_PREFIX):
        shutil.rmtree(folder, ignore_errors=True)
    os._exit(0)


def read_commands(lines: TextIO, commands: queue.Queue[dict]) -> None:
    """Read commands until the end of stdin, which ends the process."""
    for line in lines:
        commands.put(json.loads(line))
    leave()


signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the server, whose end closes stdin
lower_priority()
EVENTS = take_stdout()
# A pipe holds little: the server, which sends a room's drawings at once, would wait for TensorFlow's import.
COMMANDS: queue.Queue[dict] = queue.Queue()
threading.Thread(target=read_commands, args=(sys.stdin, COMMANDS), daemon=True).start()

from webapp.training.tensorflow_setup import import_tensorflow

import_tensorflow()

import keras
import numpy as np

from webapp.errors import InkwiseError
from webapp.lab.digits import Digits, load_digits
from webapp.lab.spec import HiddenLayer, LabSpec, read_spec
from webapp.lab.training.session import FAILED, NOTHING_PINNED, Controls, Pinned, Session
from webapp.lab.training.teaching import Teaching, load_base, read_drawings


def next_command(seconds: float | None) -> dict | None:
    """Return the next command; None if none comes within `seconds`, None for any time."""
    try:
        command = COMMANDS.get(timeout=seconds) if seconds != 0 else COMMANDS.get_nowait()
    except queue.Empty:
        return None
    if command["command"] == "pin":
        command["pinned"] = Pinned(command["version"], to_bitmaps(command["bitmaps"]))
    return command


def to_bitmaps(texts: list[str]) -> np.ndarray:
    """Return bitmaps uint8 (n, 28, 28) of their base64 texts."""
    content = b"".join(base64.b64decode(text) for text in texts)
    return np.frombuffer(content, np.uint8).reshape(-1, 28, 28)


def emit(event: dict) -> None:
    """Write an event; end the process if the server is gone."""
    try:
        EVENTS.write(json.dumps(event, allow_nan=False) + "\n")
        EVENTS.flush()
    except OSError:
        leave()


def load(path: Path) -> Digits:
    """Return the digits of a file; end the process if it cannot be read."""
    try:
        return load_digits(path)
    except InkwiseError as error:
        emit({"event": "failed", "reason": error.message})
        sys.exit(2)


def warm_up(digits: Digits) -> None:
    """Train one batch: the first one takes a second, which the audience need not wait."""
    spec = LabSpec(layers=(HiddenLayer(units=4),), samples=10, batch_size=10, epochs=1)
    Session(0, spec, digits, Controls(lambda _: None), lambda _: None).train()
    keras.backend.clear_session()


def train(command: dict[str, Any], digits: Digits, pinned: Pinned) -> Pinned:
    """Run one training, say how it ended, and save it. Return what is pinned, which may have changed."""
    run = command["run"]
    controls = Controls(next_command, command.get("pause_after"))
    controls.pinned = pinned
    try:
        session = Session(run, read_spec(command["spec"], len(digits.train)), digits, controls, emit)
        status, reason = session.train()
        accuracy = None if status == FAILED else session.test()
        emit({"event": "ended", "run": run, "status": status, "reason": reason, "test_accuracy": accuracy})
        if accuracy is not None:
            emit({"event": "saved", "run": run} | save(session, command, accuracy))
    except Exception as error:
        emit({"event": "ended", "run": run, "status": FAILED, "reason": explain(error)})
    keras.backend.clear_session()
    return controls.pinned


def teach(command: dict[str, Any], digits: Digits, pinned: Pinned) -> Pinned:
    """Fine-tune a network on drawings of the room, say how it ended, and save it. Return as `train` does."""
    number = command["teaching"]
    controls = Controls(next_command)
    controls.pinned = pinned
    try:
        base, drawings = load_base(Path(command["base"])), read_drawings(command)
        teaching = Teaching(number, base, drawings, digits, controls, emit, command["seed"])
        status, reason = teaching.train()
        result = None if status == FAILED else teaching.result()
        ended = {"event": "ended", "teaching": number, "status": status, "reason": reason}
        emit(ended | {"result": result})
        if result is not None:
            emit({"event": "saved", "teaching": number} | save(teaching, command, result["mnist"]["after"]))
    except Exception as error:
        emit({"event": "ended", "teaching": number, "status": FAILED, "reason": explain(error)})
    keras.backend.clear_session()
    return controls.pinned


def save(session: Session | Teaching, command: dict[str, Any], accuracy: float) -> dict:
    """Save the network of a run; return its `model` name, or the `reason` why it could not be saved."""
    try:
        session.save(Path(command["folder"]), command["card"], accuracy)
    except OSError as error:
        return {"model": None, "reason": f"The network could not be saved: {error.strerror or error}."}
    return {"model": command["card"]["name"], "reason": None}


def explain(error: Exception) -> str:
    """Return a sentence about an error of TensorFlow or Inkwise."""
    is_memory = isinstance(error, MemoryError) or type(error).__name__ == "ResourceExhaustedError"
    if is_memory or "could not create a primitive" in str(error):  # of oneDNN, which got no memory
        return "The computer has too little memory for this network. Choose a smaller one."
    if isinstance(error, InkwiseError):
        return error.explanation
    return f"The training failed: {(str(error).strip().splitlines() or [type(error).__name__])[0][:200]}"


def main(path: Path) -> NoReturn:
    """Serve commands until stdin ends."""
    warnings.filterwarnings("ignore", message="Gradients do not exist")  # behind a step: the page warns of it
    import_tensorflow().config.experimental.enable_op_determinism()
    digits = load(path)
    try:
        warm_up(digits)
    except Exception as error:
        emit({"event": "failed", "reason": explain(error)})
        sys.exit(2)
    emit({"event": "ready"})
    pinned = NOTHING_PINNED
    while True:
        command = next_command(None)
        if command is None:
            continue
        if command["command"] == "pin":
            pinned = command["pinned"]
        elif command["command"] == "digits":
            digits = load(Path(command["file"]))
        elif command["command"] == "train":
            pinned = train(command, digits, pinned)
        elif command["command"] == "teach":
            pinned = teach(command, digits, pinned)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
