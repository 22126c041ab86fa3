"""A room's export made of pen digits, for tests that import drawings of several people."""

import hashlib
import json
import uuid
from collections import defaultdict
from pathlib import Path

from webapp.training.ink_file import Sample, read_inks

ROUND = {"id": "0123456789ab", "number": 1, "kind": "free", "digit": None}
SENT_AT = "2026-01-01T00:00:00Z"


def digits_by_writer(path: Path, people: int, each: int) -> dict[str, list[Sample]]:
    """Return the first `each` digits of the first `people` writers of a file who have so many."""
    found: dict[str, list[Sample]] = defaultdict(list)
    for sample in read_inks(path)[0]:
        if len(found[sample.writer]) < each:
            found[sample.writer].append(sample)
    complete = [writer for writer in found if len(found[writer]) == each]
    return {writer: found[writer] for writer in complete[:people]}


def export_lines(samples: dict[str, list[Sample]], answer: int | None = None) -> list[str]:
    """Return lines as the room exports them.

    Args:
        answer: what the default model read; None for the label.
    """
    return [
        _line(sample, number, answer)
        for number, sample in enumerate(sample for found in samples.values() for sample in found)
    ]


def _line(sample: Sample, number: int, answer: int | None) -> str:
    digit = sample.label if answer is None else answer
    value = {
        "label": sample.label,
        "writer": f"room/{hashlib.sha256(sample.writer.encode()).hexdigest()[:16]}",
        "strokes": [stroke.round().tolist() for stroke in sample.strokes],
        "id": str(uuid.UUID(int=number + 1, version=4)),
        "name": "Red Fox",
        "round": ROUND | {"started_at": SENT_AT},
        "sent_at": SENT_AT,
        "answers": [{"model": "conv", "digit": digit, "probability": 0.9, "is_digit": 0.9}],
    }
    return json.dumps(value)
