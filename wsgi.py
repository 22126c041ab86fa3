"""The Flask application alone, for any WSGI server: without the ASGI server's middleware and event loop.

`python -m webapp` is how Inkwise is meant to be served: only there are host names, origins, rates and slow
clients checked. Settings come from the environment, as INKWISE_*.
"""

import os

from webapp import background, create_app
from webapp.settings import from_command_line

app = application = create_app(from_command_line([], os.environ))
background.start(app)
