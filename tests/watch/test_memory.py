"""Memory is told where the system tells it."""

import sys

import pytest

from webapp.watch.memory import resident_bytes


@pytest.mark.skipif(sys.platform != "linux", reason="other systems have no /proc/self/statm")
def test_memory_is_what_a_process_of_python_takes():
    assert 5_000_000 < resident_bytes() < 50_000_000_000


def test_memory_is_unknown_without_the_file(tmp_path):
    assert resident_bytes(tmp_path / "statm") is None
