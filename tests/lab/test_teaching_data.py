"""What the room's labeled drawings cover, who is held out, and why nothing can be taught yet."""

import pytest

from webapp.lab.teaching_data import LabelCount, choose_held_out, describe_coverage

PEOPLE = [f"person {number}" for number in range(10)]


def counts(people: list[str], labels=range(10), each: int = 1, right: int = 1) -> list[LabelCount]:
    return [LabelCount(person, label, each, right) for person in people for label in labels]


def test_thirty_percent_of_the_people_are_held_out():
    assert len(choose_held_out(PEOPLE)) == 3
    assert choose_held_out(PEOPLE) == choose_held_out(reversed(PEOPLE))
    assert len(choose_held_out(PEOPLE[:2])) == 1
    assert choose_held_out([]) == set()


def test_coverage_counts_drawings_and_people():
    found = describe_coverage([*counts(PEOPLE, each=2), LabelCount("other", 7, 5, 5)])
    assert found.digits[7] == {"digit": 7, "drawings": 25, "people": 11}
    assert found.digits[3] == {"digit": 3, "drawings": 20, "people": 10}
    assert found.people == {"taught": 8, "held_out": 3}
    assert sum(found.drawings.values()) == 205
    assert (found.missing, found.problem, found.warning) == (None, None, None)


@pytest.mark.parametrize(
    ("labels", "missing"),
    [
        ((0, 1, 2, 3, 4, 5, 6, 8, 9), "No 7s yet: draw some."),
        ((1, 2, 3, 4, 5, 6, 8, 9), "No 0s or 7s yet: draw some."),
        ((2, 3, 4, 5, 6, 8, 9), "No 0s, 1s or 7s yet: draw some."),
    ],
)
def test_missing_digits_are_named(labels, missing):
    assert describe_coverage(counts(PEOPLE, labels)).missing == missing


@pytest.mark.parametrize(
    ("found", "sentence"),
    [
        ([], "No drawing says which digit it shows yet."),
        (counts(PEOPLE[:1], each=9), "Drawings of 1 person so far. It takes 3"),
        (counts(PEOPLE[:2], each=9), "Drawings of 2 people so far. It takes 3"),
        (counts(PEOPLE, labels=[7], each=9), "All drawings to learn from are 7s."),
        (counts(PEOPLE[:3], labels=[1, 2, 3]), "9 drawings so far. It takes 20: draw 11 more."),
    ],
    ids=["empty room", "one person", "two people", "one class", "few drawings"],
)
def test_problem_is_one_clear_sentence(found, sentence):
    problem = describe_coverage(found).problem
    assert problem is not None
    assert problem.startswith(sentence)


def test_labels_that_the_network_does_not_read_are_in_doubt():
    warning = describe_coverage(counts(PEOPLE, right=0)).warning
    assert warning is not None
    assert warning.startswith("The network read only 0 of 100 drawings as their labels say.")
    assert describe_coverage(counts(PEOPLE, right=0)).problem is None
    assert describe_coverage(counts(PEOPLE[:1], right=0)).warning is None  # too few to tell
