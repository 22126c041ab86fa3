"""JSON of values among which are texts that are JSON already: ink is, and makes up most of an answer."""

import json
import re
from dataclasses import dataclass

PLACE = re.compile(r'"\\u0000(\d+)"')  # what stands for a text meanwhile; no name holds a character 0


@dataclass(frozen=True)
class JsonText:
    """A text that is JSON, without spaces."""

    text: str


def to_bytes(value: object) -> bytes:
    """Return JSON in UTF-8, without spaces."""
    texts: list[str] = []

    def keep(part: object) -> str:
        if not isinstance(part, JsonText):
            raise TypeError(f"expected what JSON can hold, received {type(part).__name__}")
        texts.append(part.text)
        return f"\0{len(texts) - 1}"

    frame = json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=keep)
    return PLACE.sub(lambda place: texts[int(place[1])], frame).encode()
