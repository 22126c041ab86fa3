"""The ASGI server: one event loop for predictions, static files and events; Flask for everything else.

    lifecycle.py        bind the socket, run uvicorn, stop gracefully
    protocol.py         HTTP/1.1 with limits on heads, bodies and slow clients
    connections.py      table of open connections, and which one is closed at the limit
    body_budget.py      memory that all request bodies may take
    response_buffer.py  hold a response for a slow reader
    admission.py        bounded request queues; requests beyond the limit get 503

    predict.py          POST /api/predict with a bitmap
    room_state.py       GET /api/room/state, batched
    events.py           server-sent events
    run_channels.py     updates of the lab's newest run for them
    resources.py        static files, health, metrics; static_files.py caches the files
    lab_events.py       server-sent events of the lab
    flask_bridge.py     read the request body, then run Flask in a thread

    middleware/         what every request passes: hosts, CSRF, rate limits, headers, metrics
    code_access.py      who may see the join code
    http.py             headers and cookies of a request, errors as responses

`webapp/asgi.py` assembles them.
"""
