"""The ASGI server: one event loop for predictions, static files and events; Flask for everything else.

    lifecycle.py        bind the socket, run uvicorn, stop gracefully
    protocol.py         HTTP/1.1 with limits on heads, bodies and slow clients
    connections.py      table of open connections, and which one is closed at the limit
    admission.py        bounded request queues; requests beyond the limit get 503

    predict.py          POST /api/predict with a bitmap
    room_state.py       GET /api/room/state, batched
    events.py           server-sent events
    run_channels.py     updates of the lab's newest run for them
    resources.py        static files, health, metrics; static_files.py caches the files
    flask_bridge.py     read the request body, then run Flask in a thread

    request_metrics.py  middleware: log and measure request durations
    headers.py          middleware: security headers
    forwarded.py        middleware: X-Forwarded headers of trusted proxies
    base_path.py        middleware: serve below a path of a site
    trusted_hosts.py    middleware: check the Host header
    csrf.py             middleware: check the Origin header
    rate_limit.py       middleware: rate limits, such as that for sending drawings
    http.py             headers and cookies of a request, errors as responses

`webapp/asgi.py` assembles them.
"""
