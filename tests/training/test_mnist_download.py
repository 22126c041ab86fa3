"""The download of MNIST: the right file or none, and one clear sentence for each failure."""

import errno
import hashlib
import os
import shutil
import socket
from collections import namedtuple
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.file_server import FileServer
from webapp.errors import DataError
from webapp.training import mnist_download
from webapp.training.datasets import find_mnist
from webapp.training.mnist_download import MNIST, RemoteFile, fetch_mnist, main

CONTENT = os.urandom(200_000)  # of the file: its hash decides, not what is in it
Usage = namedtuple("Usage", "total used free")


@pytest.fixture
def server() -> Iterator[FileServer]:
    with FileServer(CONTENT) as server:
        yield server


def fail(folder: Path, source: RemoteFile) -> DataError:
    """Fetch without success; nothing may be left in the folder."""
    with pytest.raises(DataError) as caught:
        fetch_mnist(folder, source)
    assert not folder.is_dir() or not list(folder.iterdir())
    return caught.value


def test_file_is_saved_where_it_is_looked_for_later(server, tmp_path):
    folder, progress = tmp_path / "new" / "data", []
    path = fetch_mnist(folder, server.file, progress.append)
    assert path == find_mnist(folder)
    assert path.read_bytes() == CONTENT
    assert [each.name for each in folder.iterdir()] == ["mnist.npz"]
    assert progress == sorted(progress)
    assert progress[-1] == len(CONTENT)


def test_file_is_the_one_that_keras_downloads():
    assert MNIST.url == "https://storage.googleapis.com/tensorflow/tf-keras-datasets/mnist.npz"
    assert MNIST.sha256.startswith("731c5ac6")
    assert (len(MNIST.sha256), MNIST.size) == (64, 11_490_434)


def test_file_with_another_hash_is_refused(server, tmp_path):
    source = replace(server.file, sha256=hashlib.sha256(b"other").hexdigest())
    assert "login page" in fail(tmp_path, source).explanation


def test_longer_file_is_refused_before_it_is_complete(server, tmp_path):
    server.released.clear()  # the end never comes
    assert "received more" in fail(tmp_path, replace(server.file, size=50_000)).message


def test_connection_that_breaks_off_is_refused(server, tmp_path):
    server.breaks_off = True
    error = fail(tmp_path, server.file)
    assert "broke off" in error.message
    assert error.explanation == mnist_download.OFFLINE


@pytest.mark.parametrize("status", [404, 503])
def test_error_of_the_server_is_explained(server, tmp_path, status):
    server.status = status
    error = fail(tmp_path, server.file)
    assert str(status) in error.message
    assert error.explanation == mnist_download.OFFLINE


@pytest.mark.parametrize("url", ["http://127.0.0.1:{port}/mnist.npz", "http://name.invalid/mnist.npz"])
def test_missing_connection_is_explained(tmp_path, url):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    error = fail(tmp_path, RemoteFile(url.format(port=port), "", 1))
    assert error.explanation == mnist_download.OFFLINE


@pytest.mark.parametrize("limit", ["TIMEOUT", "TIME_LIMIT"])
def test_server_that_sends_nothing_more_is_given_up(server, tmp_path, monkeypatch, limit):
    server.released.clear()
    monkeypatch.setattr(mnist_download, limit, 0.05)
    if limit == "TIME_LIMIT":
        monkeypatch.setattr(mnist_download, limit, 0.0)
    assert fail(tmp_path, server.file).explanation == mnist_download.OFFLINE


def test_full_disk_is_explained_before_anything_is_fetched(server, tmp_path, monkeypatch):
    monkeypatch.setattr(shutil, "disk_usage", lambda _: Usage(0, 0, mnist_download.SPARE))
    assert "too little space" in fail(tmp_path, server.file).explanation
    assert server.requests == 0


def test_disk_that_fills_up_meanwhile_is_explained(server, tmp_path, monkeypatch):
    def fsync(_: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", fsync)
    assert "too little space" in fail(tmp_path, server.file).explanation


def test_folder_that_cannot_be_made_is_explained(server, tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(DataError, match="expected to write"):
        fetch_mnist(tmp_path / "file" / "data", server.file)


def test_command_fetches_once(server, tmp_path, capsys):
    assert main([], tmp_path, server.file) == 0
    assert f"Saved MNIST to {tmp_path / 'mnist.npz'}" in capsys.readouterr().out
    assert main([], tmp_path, server.file) == 0
    assert "here already" in capsys.readouterr().out
    assert server.requests == 1


def test_command_names_the_folder_and_reports_a_failure(server, tmp_path, capsys):
    source = replace(server.file, sha256="")
    assert main(["--data", str(tmp_path / "other")], tmp_path, source) == 2
    error = capsys.readouterr().err
    assert error.startswith("inkwise fetch-mnist: expected the SHA-256")
    assert error.count("\n") == 1
