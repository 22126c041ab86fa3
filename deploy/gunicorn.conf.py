"""gunicorn behind one proxy: gunicorn --config deploy/gunicorn.conf.py, from the project's folder.

INKWISE_WORKERS    processes; each holds all models, about 0.7 GB (2)
INKWISE_THREADS    requests that each of them works on at the same time (16)
INKWISE_BIND       where the proxy finds it (127.0.0.1:8001)
"""

import logging
import os
import shutil
import tempfile

wsgi_app = "wsgi:app"
bind = os.environ.get("INKWISE_BIND") or "127.0.0.1:8001"
# Nobody can come past the proxy to an address of this computer alone, so its word is believed.
os.environ["INKWISE_PROXIES"] = os.environ.get("INKWISE_PROXIES") or "1"

worker_class = "gthread"
workers = int(os.environ.get("INKWISE_WORKERS") or 2)
threads = int(os.environ.get("INKWISE_THREADS") or 16)
worker_connections = 1000  # of each process, the proxy's idle ones included
preload_app = False  # TensorFlow and the predictor's thread must start after the fork

timeout = 60  # seconds without a sign of life; importing TensorFlow on a slow disk takes its time
graceful_timeout = 10  # seconds that answers under way may take after the order to stop; they have 5
keepalive = 65  # seconds; longer than the proxy's 60, so that it is never this side that hangs up first
worker_tmp_dir = "/dev/shm" if os.path.isdir("/dev/shm") else None  # the sign of life; a disk may be slow
control_socket_disable = True  # systemd tells when to stop and to reload
limit_request_line = 4094  # bytes
limit_request_fields = 60

# The processes add up their figures for /metrics in this folder. It must be known before the workers begin.
if not os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = tempfile.mkdtemp(prefix="inkwise-metrics-")


def on_exit(server):
    """Take the folder away when all has ended."""
    shutil.rmtree(os.environ["PROMETHEUS_MULTIPROC_DIR"], ignore_errors=True)


def post_worker_init(worker):
    """Count what waits for a thread, and let the worker's words go the way of all others."""
    worker.wsgi.extensions["predictor"].waiting_before = worker.tpool._work_queue.qsize
    logging.getLogger("gunicorn.error").handlers = logging.getLogger().handlers


def child_exit(server, worker):
    """Forget how long the queue of a process was that is no more."""
    from prometheus_client import multiprocess

    multiprocess.mark_process_dead(worker.pid)


def worker_exit(server, worker):
    """End a process without Python's tidying up, during which TensorFlow may hang or abort."""
    if worker.booted:  # another exit code says that the application could not be started
        from webapp.server import end

        end(0)
