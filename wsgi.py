"""The application for servers that speak WSGI: gunicorn --config deploy/gunicorn.conf.py

Settings come from the environment, as INKWISE_*; docs/deploying.md tells which. Import it in each process
that answers, never before a fork: TensorFlow does not survive one.
"""

import os

from webapp.public import start

app = application = start(os.environ)
