"""Import TensorFlow for training: quietly, and with Keras on top of it whatever the environment says."""

import contextlib
import os
import sys
from collections.abc import Iterator

LOG_LEVEL, SILENT = "TF_CPP_MIN_LOG_LEVEL", "3"  # a lower level in the environment shows TensorFlow's notes


def import_for_training():
    """Return the module `tensorflow`. The first call takes seconds; call it before Keras is imported."""
    os.environ["KERAS_BACKEND"] = "tensorflow"  # what a user has set for other projects breaks this one
    if "tensorflow" not in sys.modules:
        is_silent = os.environ.setdefault(LOG_LEVEL, SILENT) == SILENT
        with native_silence() if is_silent else contextlib.nullcontext():
            import tensorflow  # noqa: F401
    return sys.modules["tensorflow"]


@contextlib.contextmanager
def native_silence() -> Iterator[None]:
    """Silence what C++ code writes to stderr; what Python writes there still comes through.

    TensorFlow notes which CPU instructions and graphics cards it found before it reads any log level.
    """
    kept = os.dup(2)
    if _descriptor(sys.stderr) == 2:
        # It stays so: a log handler may have taken the new stream, and needs it open.
        copy = os.dup(2)
        sys.stderr = os.fdopen(copy, "w", buffering=1, encoding="utf-8", errors="backslashreplace")
    with open(os.devnull, "w") as nowhere:
        os.dup2(nowhere.fileno(), 2)
    try:
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)


def _descriptor(stream) -> int | None:
    try:
        return stream.fileno()
    except (AttributeError, OSError, ValueError):
        return None  # the stream of a test or a notebook, without a file behind it
