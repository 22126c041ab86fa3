"""Resident memory of this process, in bytes."""

import psutil
import pytest

from webapp.monitoring.memory import resident_bytes


def test_memory_grows_with_what_is_held():
    before = resident_bytes()
    held = bytearray(b"x") * 50_000_000
    assert 40_000_000 < resident_bytes() - before < 200_000_000
    assert len(held) == 50_000_000


@pytest.mark.parametrize("error", [psutil.AccessDenied(), psutil.NoSuchProcess(1)])
def test_memory_is_none_when_the_system_refuses(monkeypatch, error):
    def refuse(process):
        raise error

    monkeypatch.setattr(psutil.Process, "memory_info", refuse)
    assert resident_bytes() is None
