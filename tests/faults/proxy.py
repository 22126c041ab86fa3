"""A small faulty proxy between a client and a server on this machine.

Each connection is treated by the fault that is set when it is made:

    none        passed on as it is
    refuse      closed at once
    reset       reset at the first byte of the answer
    cut         closed in the middle of the answer
    truncate    the second half of the answer is left out, and the connection stays open for a while
    delay       the answer comes late
    drip        the answer comes in pieces
    buffer      an answer without a known length is kept back, as a proxy that waits for its end does
    lose        what is sent never arrives, and no answer comes
"""

import contextlib
import select
import socket
import struct
import threading

FAULTS = ("none", "refuse", "reset", "cut", "truncate", "delay", "drip", "buffer", "lose")
LATE = 0.7  # seconds
PIECE, BETWEEN_PIECES = 40, 0.002  # bytes and seconds
AT_ONCE = 65_536  # bytes
CHECK_INTERVAL = 0.1  # seconds between checks whether the proxy is closing
RESET = struct.pack("ii", 1, 0)  # linger 0: discard unsent data and reset the peer


class FaultyProxy:
    """Listens on a port of its own and passes on to `host` and `port`, with the fault that is set.

    Attributes:
        fault: one of FAULTS, for connections made from now on; open ones are ended when it changes.
        tried: how many connections met a fault.
    """

    def __init__(self, host: str, port: int):
        self._target = (host, port)
        self._fault = "none"
        self._open: set[socket.socket] = set()
        self._kept_back: set[socket.socket] = set()  # clients whose answer has no known length
        self._lock = threading.Lock()
        self._closing = threading.Event()
        self.tried = 0
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self.address = f"http://127.0.0.1:{self.port}"
        threading.Thread(target=self._accept, daemon=True).start()

    def __enter__(self) -> "FaultyProxy":
        return self

    def __exit__(self, *exception: object) -> None:
        self._closing.set()
        self._listener.close()
        self._end_all()

    @property
    def fault(self) -> str:
        return self._fault

    @fault.setter
    def fault(self, fault: str) -> None:
        assert fault in FAULTS
        self._fault = fault
        self._end_all()

    def _end_all(self) -> None:
        with self._lock:
            for each in self._open:
                with contextlib.suppress(OSError):
                    each.shutdown(socket.SHUT_RDWR)  # wakes the thread that reads it

    def _accept(self) -> None:
        with contextlib.suppress(OSError):  # closed
            while True:
                client, _ = self._listener.accept()
                threading.Thread(target=self._serve, args=(client, self._fault), daemon=True).start()

    def _serve(self, client: socket.socket, fault: str) -> None:
        self.tried += fault != "none"
        with client, contextlib.suppress(OSError):
            if fault != "refuse":
                with socket.create_connection(self._target) as server, self._known(client, server):
                    self._pass_on(client, server, fault)

    @contextlib.contextmanager
    def _known(self, *both: socket.socket):
        with self._lock:
            self._open.update(both)
        try:
            yield
        finally:
            with self._lock:
                self._open.difference_update(both)

    def _pass_on(self, client: socket.socket, server: socket.socket, fault: str) -> None:
        while not self._closing.is_set():
            readable, _, _ = select.select([client, server], [], [], CHECK_INTERVAL)
            for source in readable:
                received = source.recv(AT_ONCE)
                if not received:
                    return
                if source is server:
                    if not self._answer(client, received, fault):
                        return
                elif fault != "lose":
                    server.sendall(received)

    def _answer(self, client: socket.socket, received: bytes, fault: str) -> bool:
        """Pass on a part of an answer, and return whether the connection goes on."""
        if fault == "buffer" and (client in self._kept_back or b"text/event-stream" in received):
            self._kept_back.add(client)
            return True
        if fault == "reset":
            client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
            return False
        if fault in ("cut", "truncate"):
            client.sendall(received[: len(received) // 2])
            if fault == "truncate":
                self._closing.wait(LATE)
            return False
        if fault == "delay":
            self._closing.wait(LATE)
        size, pause = (PIECE, BETWEEN_PIECES) if fault == "drip" else (AT_ONCE, 0)
        for start in range(0, len(received), size):
            client.sendall(received[start : start + size])
            self._closing.wait(pause)
        return True
