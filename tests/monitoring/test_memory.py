"""Resident memory of this process, in bytes."""

import psutil
import pytest

from webapp.monitoring.monitor import resident_bytes


def test_memory_grows_with_allocations():
    before = resident_bytes()
    held = bytearray(b"x") * 50_000_000
    assert 40_000_000 < resident_bytes() - before < 200_000_000
    assert len(held) == 50_000_000


@pytest.mark.parametrize("error", [psutil.AccessDenied(), psutil.NoSuchProcess(1)])
def test_memory_is_none_without_permission(monkeypatch, error):
    def refuse(process):
        raise error

    monkeypatch.setattr(psutil.Process, "memory_info", refuse)
    assert resident_bytes() is None
