"""Memory does not grow with predictions and model reloads."""

import subprocess
from pathlib import Path

from benchmarks.load.closed_loop import run_closed_loop
from benchmarks.load.http import make_request

MEGABYTE = 1e6  # bytes


def resident_memory(process_id: int) -> float:
    """Return the resident memory of a process in MB, on Linux and macOS."""
    status = Path(f"/proc/{process_id}/status")
    if status.exists():
        line = next(line for line in status.read_text().splitlines() if line.startswith("VmRSS"))
        return int(line.split()[1]) * 1024 / MEGABYTE
    summary = subprocess.run(["ps", "-o", "rss=", "-p", str(process_id)], capture_output=True, check=True)
    return int(summary.stdout) * 1024 / MEGABYTE


def test_memory_is_stable_after_predictions_and_reloads(server, bitmaps, extent, figure):
    requests = [make_request(server.port, "POST", "/api/predict", bitmap) for bitmap in bitmaps]

    def run(predictions: int, reloads: int) -> None:
        """Send predictions on 16 connections, and reload the model meanwhile."""
        count = 0
        while count < predictions:
            count += run_closed_loop(server.port, requests, 16, 1.0).statuses[200]
        for _ in range(reloads):
            assert server.send_command("swap conv") == "swapped"
            run_closed_loop(server.port, requests, 16, 0.2)

    run(1_000, 1)  # fills buffers, caches and the memory of threads
    before = resident_memory(server.process.pid)
    run(extent(1_000, 100_000), extent(2, 50))
    growth = resident_memory(server.process.pid) - before
    figure("100,000 predictions and 50 model reloads", f"{growth:+.1f} MB on {before:.0f} MB")
    assert growth <= extent(60, 20)
