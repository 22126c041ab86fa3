"""Labeled drawings of several people, for tests of teaching."""

from webapp.room.handwriting import LabeledDrawing

STROKES = "[[[300,180],[700,180],[420,850]]]"


def drawings(people: int = 10, labels=range(10)) -> list[LabeledDrawing]:
    """Return a drawing of each label by each person, whose ids are "1-7" for person 1 and label 7."""
    return [
        LabeledDrawing(f"{person}-{label}", f"person {person}", label, bytes(784), STROKES)
        for person in range(people)
        for label in labels
    ]
