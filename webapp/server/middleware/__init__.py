"""What every request passes before it is handled; `webapp/asgi.py` puts it in order.

    request_metrics.py  log and measure request durations
    headers.py          security headers
    internal_errors.py  respond to unexpected exceptions
    head_limits.py      refuse heads that are costly to parse
    paths.py            refuse paths that proxy and server could read differently
    forwarded.py        X-Forwarded headers of trusted proxies
    base_path.py        serve below a path of a site
    trusted_hosts.py    check the Host header
    csrf.py             check the Origin header
    rate_limit.py       rate limits, such as that for sending drawings
"""
