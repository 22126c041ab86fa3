"""Import TensorFlow for training: quietly, and with Keras on top of it whatever the environment says."""

import contextlib
import os
import sys

from webapp.nets.native_output import native_silence

LOG_LEVEL, SILENT = "TF_CPP_MIN_LOG_LEVEL", "3"  # a lower level in the environment shows TensorFlow's notes


def import_for_training():
    """Return the module `tensorflow`. The first call takes seconds; call it before Keras is imported."""
    os.environ["KERAS_BACKEND"] = "tensorflow"  # what a user has set for other projects breaks this one
    if "tensorflow" not in sys.modules:
        is_silent = os.environ.setdefault(LOG_LEVEL, SILENT) == SILENT
        with native_silence() if is_silent else contextlib.nullcontext():
            import tensorflow  # noqa: F401
    return sys.modules["tensorflow"]
