"""Import TensorFlow without its log messages, and select it as the backend of Keras."""

import contextlib
import os
import sys
from typing import Any

from webapp.nets.native_output import native_silence

LOG_LEVEL, SILENT = "TF_CPP_MIN_LOG_LEVEL", "3"  # a lower level in the environment shows the messages


def import_tensorflow() -> Any:
    """Return the module `tensorflow`. Call it before Keras is imported; the first call takes seconds."""
    os.environ["KERAS_BACKEND"] = "tensorflow"  # overrides a setting for the user's other projects
    if "tensorflow" not in sys.modules:
        is_silent = os.environ.setdefault(LOG_LEVEL, SILENT) == SILENT
        with native_silence() if is_silent else contextlib.nullcontext():
            import tensorflow  # noqa: F401
    return sys.modules["tensorflow"]
