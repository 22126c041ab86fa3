"""A loopback server of one file, in place of the internet."""

import hashlib
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from tests.waiting import TIMEOUT
from webapp.training.mnist_download import RemoteFile


class FileServer(ThreadingHTTPServer):
    """Answers each request with `content`. Close it by `with`.

    Attributes:
        breaks_off: whether only the first half is sent.
        released: the second half of the content waits for it; set unless a test clears it.
        requests: number of requests so far.
    """

    def __init__(self, content: bytes):
        super().__init__(("127.0.0.1", 0), _Handler)
        self.content, self.status = content, 200
        self.released = threading.Event()
        self.released.set()
        self.breaks_off = False
        self.requests = 0
        threading.Thread(target=self.serve_forever, args=(0.02,), daemon=True).start()

    @property
    def file(self) -> RemoteFile:
        """The file at this server, with its true hash and size."""
        url = f"http://127.0.0.1:{self.server_port}/mnist.npz"
        return RemoteFile(url, hashlib.sha256(self.content).hexdigest(), len(self.content))

    def handle_error(self, request: object, client_address: object) -> None:
        """Ignore clients that leave early."""

    def __exit__(self, *_: object) -> None:
        self.released.set()
        self.shutdown()
        self.server_close()


class _Handler(BaseHTTPRequestHandler):
    server: FileServer

    def do_GET(self) -> None:  # noqa: N802, the name that http.server calls
        server = self.server
        server.requests += 1
        self.send_response(server.status)
        self.send_header("Content-Length", str(len(server.content)))
        self.end_headers()
        half = len(server.content) // 2
        self.wfile.write(server.content[:half])
        self.wfile.flush()
        server.released.wait(TIMEOUT)
        self.wfile.write(server.content[half:] if not server.breaks_off else b"")

    def log_message(self, *_: object) -> None:
        """Write nothing."""
