"""Draw a card's training curves, confusion matrix and reliability diagram (matplotlib, development only)."""

import json
from pathlib import Path

import matplotlib

matplotlib.use("Agg")
from matplotlib import pyplot
from matplotlib.axes import Axes

INK, WRONG, SOFT = "#263eb8", "#a85b00", "#666a78"  # the page's ink, amber and grey
ACCURACY = "accuracy on varied digits"


def draw_card(card_path: Path, folder: Path) -> Path:
    """Draw what the card at `card_path` holds into `folder`/NAME.png and return that path."""
    card = json.loads(card_path.read_text("utf-8"))
    evaluation = card["evaluation"]
    figure, (left, middle, right) = pyplot.subplots(1, 3, figsize=(15, 4.6), layout="constrained")
    figure.suptitle(f"{card['name']}: {card['title']}, {card['parameters']:,} parameters")
    _draw_curves(left, evaluation["curves"])
    pen = "pen_unseen" in evaluation
    _draw_confusion(middle, evaluation["pen_unseen" if pen else "mnist_test"], pen)
    _draw_reliability(right, evaluation.get("calibration"))
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{card['name']}.png"
    figure.savefig(path, dpi=80)
    pyplot.close(figure)
    return path


def _draw_curves(axes: Axes, curves: dict[str, list[float]]) -> None:
    epochs = range(1, len(curves["loss"]) + 1)
    axes.plot(epochs, curves["loss"], color=INK, marker=".", label="loss")
    axes.plot(epochs, curves["digit_categorical_accuracy"], color=WRONG, marker=".", label=ACCURACY)
    axes.set(title="Training", xlabel="epoch", ylim=(0, None))
    axes.xaxis.get_major_locator().set_params(integer=True)
    axes.legend()


def _draw_confusion(axes: Axes, scores: dict, pen: bool) -> None:
    counts = scores["confusion"]
    wrong = [[0 if row == column else counts[row][column] for column in range(10)] for row in range(10)]
    darkest = max(map(max, wrong))
    axes.imshow(wrong, cmap="Oranges")
    for row in range(10):
        for column in range(10):
            if counts[row][column]:
                right, dark = row == column, wrong[row][column] > darkest / 2
                axes.text(column, row, counts[row][column], ha="center", va="center", fontsize=8,
                          color=INK if right else "white" if dark else "black")  # fmt: skip
    title = "Pen digits of unseen hands" if pen else "MNIST's test set"
    axes.set(title=title, xlabel="read as", ylabel="is", xticks=range(10), yticks=range(10))


def _draw_reliability(axes: Axes, calibration: dict | None) -> None:
    axes.plot([0, 1], [0, 1], color=SOFT, linewidth=1, linestyle="--")
    axes.set(title="Reliability", xlabel="what it says", ylabel="how often it is right")
    axes.set(xlim=(0, 1), ylim=(0, 1.02))
    if calibration is None:
        axes.text(0.5, 0.5, "not calibrated: no pen digits given", ha="center")
        return
    diagram = calibration["reliability"]
    axes.plot([e["confidence"] for e in diagram], [e["accuracy"] for e in diagram], color=INK, marker="o")
    axes.text(0.05, 0.92, f"calibration error {calibration['error']:.2%}")
