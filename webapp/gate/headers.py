"""Headers that every answer carries."""

SECURITY_HEADERS = {
    # Everything comes from this server, and nothing is written inside the page itself. `data:` lets a
    # style sheet hold a small picture; a page may not be framed, nor send a form elsewhere.
    "Content-Security-Policy": (
        "default-src 'self'; img-src 'self' data: blob:; object-src 'none'; base-uri 'none'; "
        "form-action 'self'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",  # what frame-ancestors says, for browsers that do not know it
    "Referrer-Policy": "no-referrer",
    # A copy may be kept, but the server is asked each time whether it is still the newest.
    "Cache-Control": "no-cache",
}
# Scripts, styles and pictures obey the page that loads them; the rest would be 10 kB more for a phone.
STATIC_HEADERS = {name: SECURITY_HEADERS[name] for name in ("X-Content-Type-Options", "Cache-Control")}
STATIC = "/static/"

_BY_LOWER_NAME = {
    is_static: [(name.lower(), (name, value)) for name, value in table.items()]
    for is_static, table in ((False, SECURITY_HEADERS), (True, STATIC_HEADERS))
}


def add_headers(path: str, headers: list[tuple[str, str]]) -> None:
    """Add to `headers` each one that belongs to an answer for `path`, unless the route has set its own."""
    present = {name.lower() for name, _ in headers}
    for lower_name, header in _BY_LOWER_NAME[path.startswith(STATIC)]:
        if lower_name not in present:
            headers.append(header)
