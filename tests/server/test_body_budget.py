"""Request bodies held in memory are bounded, for each address and together."""

import contextlib

import pytest

from webapp.errors import Busy
from webapp.server.body_budget import ADDRESS_SHARE, BodyBudget


def test_budget_limits_one_address_to_its_share():
    budget = BodyBudget(400)
    with budget.share("10.0.0.7") as share:
        share.add(400 // ADDRESS_SHARE)
        with pytest.raises(Busy):
            share.add(1)
        with budget.share("10.0.0.8") as other:
            other.add(100)
    assert budget.held == 0


def test_budget_limits_all_addresses_together():
    budget = BodyBudget(400)
    with budget.share("127.0.0.1") as share:
        share.add(400)  # this computer has no share of its own
        with budget.share("10.0.0.7") as other, pytest.raises(Busy):
            other.add(1)


def test_budget_gets_bytes_back_after_an_error():
    budget = BodyBudget(400)
    with contextlib.suppress(ZeroDivisionError), budget.share("10.0.0.7") as share:
        share.add(100)
        raise ZeroDivisionError
    assert budget.held == 0
