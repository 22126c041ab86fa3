"""Simplify strokes: leave out points that lie close to the last point kept."""


def simplify(stroke: list[list[float]], spacing: float, most: int | None = None) -> list[list[float]]:
    """Return the points of a stroke that are at least `spacing` away from the point kept before.

    Start and end are always kept. Takes lists, since a loop over NumPy's numbers is several times slower.

    Args:
        stroke: at least one [x, y].
        spacing: in the unit of the points.
        most: stop early once more points than this are kept; the result is then incomplete.
    """
    kept = [stroke[0]]
    last_x, last_y = stroke[0]
    for x, y in stroke[1:-1]:
        step_x, step_y = x - last_x, y - last_y
        if step_x * step_x + step_y * step_y >= spacing * spacing:
            kept.append([x, y])
            last_x, last_y = x, y
            if most is not None and len(kept) > most:
                return kept
    return kept + stroke[1:][-1:]
