"""Measure the server while it runs. Knows no web.

monitor.py         what is noted of each request; the numbers of /api/status
metrics.py         Prometheus metrics
sliding_window.py  speed and rejections of the last seconds
memory.py          memory of this process
logs.py            the log, as text or JSON
"""
