"""Unusual but well-formed requests, and requests with corrupted bytes."""

import json
import random

from hypothesis import strategies as some

LIKELY_PATHS = (
    "/",
    "/api/predict",
    "/api/models",
    "/static/js/pages/draw.js",
    "/models/conv",
    "/data",
    "/%00/..",
)
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "get", "X-ODD")
KINDS = (
    "application/json",
    "application/octet-stream",
    "application/json; charset=utf-16",
    "application/json; charset=\xff",
    "multipart/form-data; boundary=x",
    "text/plain",
    "",
)
HOSTS = ("localhost:1", "[::1]", "evil.example", "", "a b", ":", "[", "127.0.0.1:99999999")
HEADERS = (
    "Accept", "Accept-Encoding", "Accept-Language", "Authorization", "Cookie", "Expect", "Host",
    "If-Modified-Since", "If-None-Match", "Origin", "Range", "Referer", "Sec-Fetch-Site", "Transfer-Encoding",
    "Upgrade", "X-Forwarded-For", "X-Forwarded-Host",
)  # fmt: skip
TOKENS = (
    b"\r\n",
    b"\r\n\r\n",
    b"\x00",
    b"\xff",
    b" ",
    b":",
    b"Content-Length: 9\r\n",
    b"%",
    b"?",
    b"{",
    b"[",
    b'"',
)

numbers = some.one_of(
    some.integers(),
    some.floats(),
    some.sampled_from([0, -1, 255, 256, 1e9, -1e308, 2**53 + 1, 10**400, True, None, "7"]),
)
points = some.lists(numbers, min_size=1, max_size=3)
json_values = some.recursive(
    some.one_of(numbers, some.text(max_size=20), some.booleans(), some.none()),
    lambda inner: some.lists(inner, max_size=5) | some.dictionaries(some.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)
known_keys = some.sampled_from(
    [
        "bitmap",
        "strokes",
        "label",
        "round",
        "name",
        "code",
        "kind",
        "digit",
        "paused",
        "spotlight",
        "hidden",
        "counts",
    ]
)
objects = some.dictionaries(known_keys, json_values | numbers, max_size=4)
inks = some.fixed_dictionaries(
    {"strokes": some.lists(some.lists(points, max_size=6), max_size=3)},
    optional={"label": numbers, "round": json_values, "bitmap": json_values},
)
bitmaps = some.fixed_dictionaries({"bitmap": some.lists(some.integers(-5, 300), min_size=780, max_size=786)})
bodies = some.one_of(
    some.binary(max_size=50),
    some.binary(min_size=784, max_size=784),
    some.one_of(inks, objects, json_values, bitmaps).map(lambda value: json.dumps(value).encode()),
)
# Without line ends: what they do is the business of `spoil`.
header_values = some.text(
    some.characters(min_codepoint=9, max_codepoint=255, exclude_characters="\r\n"), max_size=30
)
queries = some.dictionaries(
    some.sampled_from(["model", "layer", "unit", "digit", "set", "page", "since", "limit", "round", "off"]),
    some.one_of(some.sampled_from(["conv", "linear", "all", "", "-1", "9" * 30, "%ff", "0"]), header_values),
    max_size=3,
)


def _assemble(method: str, path: str, query: dict, headers: dict, kind: str, body: bytes) -> bytes:
    target = path + ("?" + "&".join(f"{name}={value}" for name, value in query.items()) if query else "")
    target = "".join(f"%{ord(each):02x}" if each in " \t" else each for each in target)
    lines = [f"{method} {target} HTTP/1.1", *(f"{name}: {value}" for name, value in headers.items())]
    lines += [f"Content-Type: {kind}", f"Content-Length: {len(body)}"]
    return "\r\n".join(lines).encode("latin-1", "replace") + b"\r\n\r\n" + body


def odd_requests(paths: list[str], cookies: str):
    """Return a strategy for whole requests, each well-formed but odd.

    Args:
        paths: where most of them go.
        cookies: the Cookie header of a presenter who has joined.
    """
    usual = some.sampled_from([{"Host": "127.0.0.1"}, {"Host": "127.0.0.1", "Cookie": cookies}])
    odd = some.sampled_from(HOSTS).map(lambda host: {"Host": host})
    others = some.dictionaries(some.sampled_from(HEADERS), header_values, max_size=3)
    return some.builds(
        _assemble,
        some.sampled_from(METHODS),
        some.sampled_from([*LIKELY_PATHS, *paths, *paths]),
        queries,
        some.builds(lambda first, then: first | then, usual | usual | odd, others),
        some.sampled_from(KINDS),
        bodies,
    )


def corrupt(request: bytes, chance: random.Random) -> bytes:
    """Return the request with a few faults in its bytes, or bytes that never were a request."""
    if chance.random() < 0.2:
        return chance.randbytes(chance.randrange(1, 400))
    corrupted = bytearray(request)
    for _ in range(chance.randrange(1, 6)):
        place = chance.randrange(len(corrupted) + 1)
        fault = chance.randrange(4)
        if fault == 0:
            corrupted[place:place] = chance.choice(TOKENS)
        elif fault == 1:
            del corrupted[place : place + chance.randrange(1, 20)]
        elif fault == 2:
            corrupted[place : place + 1] = chance.randbytes(1)
        else:
            corrupted[place:place] = corrupted[: chance.randrange(1, 60)]
    return bytes(corrupted) or b"\r\n"
