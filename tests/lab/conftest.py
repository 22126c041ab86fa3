"""A lab with a fake trainer."""

from types import SimpleNamespace

import pytest

from tests.lab.fake_trainer import FakeTrainer
from tests.waiting import TIMEOUT
from webapp.lab.lab import Lab


@pytest.fixture
def bench(store, tmp_path) -> SimpleNamespace:
    """`lab`, its `trainer`, the model `store`, and the folder of `kept` networks."""
    store.start()
    store.wait(TIMEOUT)
    made = []

    def make(*arguments: object) -> FakeTrainer:
        made.append(FakeTrainer(*arguments))
        return made[0]

    kept = tmp_path / "kept"
    lab = Lab(tmp_path / "lab", kept, tmp_path / "data", store, make, is_able=lambda: True)
    return SimpleNamespace(lab=lab, trainer=made[0], store=store, kept=kept)
