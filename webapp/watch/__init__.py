"""What is going on: figures for Prometheus and for the presenter's status line, and the log. Knows no web."""
