"""Monitoring of the running server. Imports no web framework.

monitor.py         record requests, predictions and rejections; the numbers of /api/status
metrics.py         Prometheus metrics
sliding_window.py  speed and rejections of the last seconds
logs.py            logging as text or JSON
"""
