"""A wheel built from the checkout, installed without TensorFlow in a new virtual environment, serves and
predicts."""

import http.client
import json
import os
import re
import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pytest

from tests.fakes import some_bitmap
from tests.waiting import TIMEOUT, wait_until
from webapp.settings import ROOT

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform == "win32", reason="a virtual environment has other paths there"),
]

PIP_TIMEOUT = 600  # seconds; pip downloads
MOST_DOWNLOADED = 60_000_000  # bytes of wheels; LiteRT and NumPy are 39 million of them


def pip(python: Path | str, *arguments: object) -> str:
    """Run pip and return what it printed."""
    command = [str(python), "-m", "pip", "--disable-pip-version-check", *map(str, arguments)]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=PIP_TIMEOUT)
    assert run.returncode == 0, run.stderr
    return run.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory) -> Path:
    """The wheel of this checkout."""
    folder = tmp_path_factory.mktemp("wheel")
    pip(sys.executable, "wheel", ".", "--no-deps", "--no-build-isolation", "--wheel-dir", folder, "--quiet")
    return next(folder.glob("inkwise-*.whl"))


def test_wheel_contains_all_files_in_one_package(wheel):
    names = zipfile.ZipFile(wheel).namelist()
    assert {name.partition("/")[0] for name in names if ".dist-info" not in name} == {"webapp"}
    for part in ("static/js/pages/draw.js", "templates/draw.html", "models/conv.tflite", "models/conv.keras"):
        assert f"webapp/{part}" in names


def test_wheel_installs_without_tensorflow_and_predicts(wheel, tmp_path):
    venv.create(tmp_path / "venv", with_pip=True)
    python = tmp_path / "venv" / "bin" / "python"
    downloads = tmp_path / "downloads"
    pip(python, "download", wheel, "--dest", downloads, "--only-binary", ":all:", "--quiet")
    sizes = [path.stat().st_size for path in downloads.glob("*.whl") if not path.name.startswith("inkwise")]
    assert sum(sizes) <= MOST_DOWNLOADED
    pip(python, "install", "--no-index", "--find-links", downloads, "inkwise", "--quiet")
    assert "tensorflow" not in pip(python, "list").lower()
    environment = {name: value for name, value in os.environ.items() if not name.startswith("INKWISE_")}
    environment["XDG_DATA_HOME"] = str(tmp_path / "data")
    command = [str(tmp_path / "venv" / "bin" / "inkwise"), "--port", "0"]
    with subprocess.Popen(
        command, cwd=tmp_path, env=environment, stdout=subprocess.PIPE, text=True
    ) as server:
        try:
            address = re.search(r"http://[\d.]+:\d+", server.stdout.readline())[0]
            assert predict(address)["model"] == "conv"
        finally:
            server.terminate()
    assert server.returncode == 0
    assert any((tmp_path / "data").rglob("*.sqlite*"))


def predict(address: str) -> dict:
    """Return the JSON of a prediction, once the models are loaded."""
    responses = []

    def is_loaded() -> bool:
        connection = http.client.HTTPConnection(address.removeprefix("http://"), timeout=TIMEOUT)
        headers = {"Content-Type": "application/octet-stream"}
        connection.request("POST", "/api/predict", some_bitmap().tobytes(), headers)
        response = connection.getresponse()
        responses.append((response.status, json.load(response)))
        connection.close()
        return response.status != 503

    wait_until(is_loaded, "loaded models")
    status, value = responses[-1]
    assert status == 200, value
    return value
