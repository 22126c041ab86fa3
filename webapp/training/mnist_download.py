"""Download MNIST once, into the folder where `find_mnist` looks: the file that Keras downloads.

    inkwise fetch-mnist [--data FOLDER]

The file counts only with the right SHA-256, so it does not matter which server or network it came through.
"""

import argparse
import contextlib
import errno
import hashlib
import http.client
import os
import shutil
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from webapp.errors import DataError
from webapp.training.datasets import MNIST_FILE

TIMEOUT = 15.0  # seconds without a byte
TIME_LIMIT = 900.0  # seconds for the whole file
CHUNK = 65_536  # bytes
MEGABYTE = 1_000_000  # bytes
SPARE = 60 * MEGABYTE  # left free: below 50 MB the room takes no drawings
OFFLINE = "MNIST cannot be fetched: is this computer connected to the internet? The sample goes on to work."
OTHER_FILE = (
    "Another file than MNIST came, perhaps a login page of the Wi-Fi. Open any page in a browser, log in, "
    "then try again."
)


@dataclass(frozen=True)
class RemoteFile:
    """A file elsewhere: its URL, SHA-256 in hex, and size in bytes."""

    url: str
    sha256: str
    size: int


MNIST = RemoteFile(
    "https://storage.googleapis.com/tensorflow/tf-keras-datasets/mnist.npz",
    "731c5ac602752760c8e48fbffcf8c3b850d9dc2a2aedcf2cc48468fc17b673d1",
    11_490_434,
)


def fetch_mnist(
    folder: Path, source: RemoteFile = MNIST, on_progress: Callable[[int], None] = lambda _: None
) -> Path:
    """Download MNIST into `folder`, atomically, and return the path of the file.

    Args:
        on_progress: called with the number of bytes received so far.

    Raises:
        DataError: no connection, another file, or no space; its explanation is for people.
    """
    path = folder / MNIST_FILE
    part = folder / f".{MNIST_FILE}.{os.getpid()}.part"  # the server and the command may fetch at once
    try:
        folder.mkdir(parents=True, exist_ok=True)
        _check_space(folder, source.size)
        with part.open("wb") as file:
            _copy(source, file.write, on_progress)
            file.flush()
            os.fsync(file.fileno())
        os.replace(part, path)
    except OSError as error:
        raise _not_written(path, error) from None
    finally:
        with contextlib.suppress(OSError):
            part.unlink()
    return path


def _check_space(folder: Path, size: int) -> None:
    if shutil.disk_usage(folder).free < size + SPARE:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def _copy(source: RemoteFile, write: Callable[[bytes], object], on_progress: Callable[[int], None]) -> None:
    """Write the file. Raises DataError unless it is the right one."""
    digest, received = hashlib.sha256(), 0
    for chunk in _chunks(source.url):
        received += len(chunk)
        if received > source.size:
            raise DataError(f"expected {source.size:,} bytes from {source.url}, received more", OTHER_FILE)
        digest.update(chunk)
        write(chunk)
        on_progress(received)
    if digest.hexdigest() != source.sha256:
        found = f"{received:,} bytes with the SHA-256 {digest.hexdigest()}"
        raise DataError(f"expected the SHA-256 {source.sha256} of {source.url}, received {found}", OTHER_FILE)


def _chunks(url: str) -> Iterator[bytes]:
    """Yield the content of a URL as it arrives. Raises DataError if the connection fails."""
    end = time.monotonic() + TIME_LIMIT
    try:
        with urllib.request.urlopen(url, timeout=TIMEOUT) as response:
            while chunk := response.read1(CHUNK):
                yield chunk
                if time.monotonic() > end:
                    raise TimeoutError(f"it took more than {TIME_LIMIT:.0f} s")
            if response.length:  # bytes that were declared and have not come
                raise ConnectionError("the connection broke off")
    except (OSError, http.client.HTTPException, ValueError) as error:
        if isinstance(error, urllib.error.HTTPError):
            error.close()  # it holds the response
        raise DataError(f"expected to fetch {url}, but: {error or type(error).__name__}", OFFLINE) from None


def _not_written(path: Path, error: OSError) -> DataError:
    message = f"expected to write {path}, but: {error.strerror or error}"
    if error.errno == errno.ENOSPC:
        free = "The disk has too little space for MNIST: 70 MB must be free. Free some, then try again."
        return DataError(message, free)
    return DataError(message, f"MNIST cannot be saved in {path.parent}: {error.strerror or error}.")


def main(arguments: list[str], folder: Path, source: RemoteFile = MNIST) -> int:
    """Download MNIST for the command line. Return 0, or 2 after an error.

    Args:
        folder: where to, unless the arguments name another.
    """
    parser = argparse.ArgumentParser(prog="inkwise fetch-mnist", description="Download MNIST, 11 MB, once.")
    parser.add_argument("--data", type=Path, default=folder, help="folder for the file; default: %(default)s")
    folder = parser.parse_args(arguments).data
    if (folder / MNIST_FILE).is_file():
        print(f"MNIST is here already: {folder / MNIST_FILE}")
        return 0
    try:
        path = fetch_mnist(folder, source)
    except DataError as error:
        print(f"inkwise fetch-mnist: {error.message}. {error.explanation}", file=sys.stderr)
        return 2
    print(f"Saved MNIST to {path}. Start Inkwise again to train on all of it.")
    return 0
