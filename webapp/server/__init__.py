"""The ASGI side of Inkwise: one event loop that serves predictions, files and events, and passes the rest to
Flask.

    lifecycle.py        bind, serve with uvicorn, stop without dropping a response
    protocol.py         HTTP/1.1 with limits on heads, bodies and slow clients
    connections.py      the table of open connections: which may open, which is closed first
    admission.py        bounded request queues; requests beyond the limit get 503
    predict.py          POST /api/predict for bitmaps, without Flask
    resources.py        static files, health and metrics, without Flask
    flask_bridge.py     everything else: the request body first, then Flask in a thread
    cookies.py          the names of the room's cookies, and how one is read
    responses.py        errors as the contract's JSON, or as a page
    trusted_hosts.py, csrf.py, rate_limit.py, forwarded.py, headers.py, request_metrics.py    middleware

`webapp/asgi.py` puts them together.
"""
