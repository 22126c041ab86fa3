"""The server does not grow with what it has answered, nor with the models that it has swapped."""

import subprocess
from pathlib import Path

from benchmarks.load.closed_loop import drive
from benchmarks.load.http import make_request

MEGABYTE = 1e6  # bytes


def resident_memory(process_id: int) -> float:
    """Return the MB of memory that a process holds, on Linux and macOS."""
    status = Path(f"/proc/{process_id}/status")
    if status.exists():
        line = next(line for line in status.read_text().splitlines() if line.startswith("VmRSS"))
        return int(line.split()[1]) * 1024 / MEGABYTE
    told = subprocess.run(["ps", "-o", "rss=", "-p", str(process_id)], capture_output=True, check=True)
    return int(told.stdout) * 1024 / MEGABYTE


def test_memory_stays_after_many_predictions_and_swaps(server, bitmaps, extent, figure):
    requests = [make_request(server.port, "POST", "/api/predict", bitmap) for bitmap in bitmaps]

    def work(predictions: int, swaps: int) -> None:
        """Ask on 16 connections, and swap the model while they ask."""
        answered = 0
        while answered < predictions:
            answered += drive(server.port, requests, 16, 1.0).kinds[200]
        for _ in range(swaps):
            assert server.order("swap conv") == "swapped"
            drive(server.port, requests, 16, 0.2)

    work(1_000, 1)  # buffers, caches and the threads' own memory have their size after that
    before = resident_memory(server.process.pid)
    work(extent(1_000, 100_000), extent(2, 50))
    growth = resident_memory(server.process.pid) - before
    figure("100,000 predictions and 50 model swaps", f"{growth:+.1f} MB on {before:.0f} MB")
    assert growth <= extent(60, 20)
