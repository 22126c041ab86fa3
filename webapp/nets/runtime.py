"""Import TensorFlow quietly. To serve it is set for single bitmaps: one thread, on the CPU."""

import contextlib
import gc
import os
import sys
import threading
from collections.abc import Callable, Iterator

LOG_LEVEL, SILENT = "TF_CPP_MIN_LOG_LEVEL", "3"  # whoever sets a lower level gets all of TensorFlow's notes
_lock = threading.Lock()


def import_tensorflow():
    """Return the module `tensorflow`. The first call takes seconds, so it belongs in a background thread."""
    with _lock:
        if "tensorflow" not in sys.modules:
            _import_quietly(_start_for_serving)
        return sys.modules["tensorflow"]


def import_for_training():
    """Return the module `tensorflow` as it comes, with all cores and graphics cards, less its notes."""
    with _lock:
        if "tensorflow" not in sys.modules:
            _import_quietly()
        return sys.modules["tensorflow"]


def keep_what_is_there() -> None:
    """Look for garbage now, and never again among what is left: with TensorFlow loaded that takes 0.3 s.

    Python would do so at any time, and nobody would be answered meanwhile.
    """
    gc.collect()
    gc.freeze()


def _import_quietly(settle: Callable = lambda tensorflow: None) -> None:
    is_silent = os.environ.setdefault(LOG_LEVEL, SILENT) == SILENT
    os.environ.setdefault("KERAS_BACKEND", "tensorflow")
    with native_silence() if is_silent else contextlib.nullcontext():
        import tensorflow

        settle(tensorflow)


def _start_for_serving(tensorflow) -> None:
    # A digit is too small to be worth sharing among threads or sending to a GPU, and the cores are
    # better left to the threads that talk to the browsers.
    tensorflow.config.threading.set_intra_op_parallelism_threads(1)
    tensorflow.config.threading.set_inter_op_parallelism_threads(1)
    tensorflow.config.set_visible_devices([], "GPU")
    tensorflow.zeros(1)  # the first operation starts the runtime, which has notes of its own


@contextlib.contextmanager
def native_silence() -> Iterator[None]:
    """Silence what C++ code writes to stderr; what Python writes there still comes through.

    TensorFlow notes which CPU instructions and graphics cards it found before it reads any log level.
    """
    kept = os.dup(2)
    if _descriptor(sys.stderr) == 2:
        # For good: a log handler may take it as its own meanwhile, and must not be left with a closed file.
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
        return None  # a test's or a notebook's stream, without a file behind it
