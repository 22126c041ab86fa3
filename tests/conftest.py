"""Fixtures for all tests: the data folder, an application with fake models, databases."""

import os
from pathlib import Path

import pytest

from tests.fake_clock import FakeClock
from tests.fakes import load_fake, write_model
from tests.keras_models import build_keras_model, save_keras_model
from tests.postgres_process import PostgresProcess
from tests.waiting import TIMEOUT
from tools.programs import require_program
from webapp import create_app
from webapp.nets.store import ModelStore
from webapp.settings import ROOT


@pytest.fixture(scope="session")
def data_folder() -> Path:
    """The folder with mnist.npz and the pen digits: INKWISE_DATA, or ../shared/data from the root."""
    folder = Path(os.environ.get("INKWISE_DATA", ROOT.parent / "shared" / "data"))
    if not (folder / "pen_digits.jsonl").is_file():
        pytest.fail(f"expected pen_digits.jsonl in {folder}; INKWISE_DATA names another folder")
    return folder


SURROUNDINGS = pytest.StashKey[tuple[dict[str, str], str]]()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_setup(item: pytest.Item):
    """Note the settings and the working folder before a test and its fixtures."""
    item.stash[SURROUNDINGS] = _settings_and_folder()
    return (yield)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(item: pytest.Item):
    """Fail a test that leaves a setting or another working folder to the tests after it."""
    result = yield
    assert _settings_and_folder() == item.stash[SURROUNDINGS]
    return result


def _settings_and_folder() -> tuple[dict[str, str], str]:
    settings = {name: value for name, value in os.environ.items() if name.startswith("INKWISE_")}
    return settings, os.getcwd()


@pytest.fixture
def clock() -> FakeClock:
    """A clock in seconds that stands still."""
    return FakeClock()


@pytest.fixture
def model_folder(tmp_path) -> Path:
    """A folder with the cards and files of two models: linear and the larger conv."""
    write_model(tmp_path, "linear", parameters=7850)
    write_model(tmp_path, "conv", parameters=300_000)
    return tmp_path


@pytest.fixture
def store(model_folder) -> ModelStore:
    """Both models, not loaded yet; `store.start()` and `store.wait()` load them."""
    return ModelStore(model_folder, "conv", load=load_fake)


@pytest.fixture
def app(store, tmp_path):
    """The application with both models loaded and a new room."""
    store.start()
    store.wait(TIMEOUT)
    app = create_app({"TESTING": True, "ROOM_FOLDER": tmp_path / "room"}, store=store)
    yield app
    app.extensions["room"].close()


@pytest.fixture(scope="session")
def postgres():
    """A PostgreSQL server; without the program, tests fail on CI and are skipped elsewhere."""
    process = PostgresProcess(require_program("postgres"))
    yield process
    process.remove()


DATABASES = ("sqlite", pytest.param("postgresql", marks=pytest.mark.slow))


@pytest.fixture(params=DATABASES)
def database_url(request, tmp_path) -> str:
    """The URL of a new database, once for SQLite and once for PostgreSQL."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'room' / 'room.sqlite'}"
    return request.getfixturevalue("postgres").new_database()


@pytest.fixture(scope="session")
def keras_folder(tmp_path_factory) -> Path:
    """A folder with two real Keras models: linear with one output, conv with two. For slow tests."""
    folder = tmp_path_factory.mktemp("keras")
    for name, hidden, outputs in (("linear", 0, 1), ("conv", 1, 2)):
        model = build_keras_model(hidden, outputs)
        save_keras_model(model, folder, name)
        write_model(folder, name, parameters=model.count_params())
    return folder
