"""What a viewer has broken: neurons that are off, and layers without their activation function.

As text, in an address: `off=hidden_1.3,conv_2.17&linear=hidden_1,hidden_2`.
"""

from dataclasses import dataclass

import numpy as np

from webapp.errors import BadRequest
from webapp.nets.inside.wiring import Step, Wiring, check_unit

MOST = 2000  # neurons that may be named; no network here has more


@dataclass(frozen=True)
class Switches:
    """Attributes: off, pairs of a layer's name and a unit; linear, names of layers."""

    off: frozenset[tuple[str, int]] = frozenset()
    linear: frozenset[str] = frozenset()

    def keep(self, wiring: Wiring) -> np.ndarray:
        """Return 1 for each hidden neuron or feature map that works and 0 for each that is off, float32."""
        units = [(step.name, unit) for step in wiring.hidden for unit in range(step.units)]
        return np.array([pair not in self.off for pair in units], np.float32)

    def active(self, wiring: Wiring) -> np.ndarray:
        """Return for each hidden layer whether its activation function is on, bool."""
        return np.array([step.name not in self.linear for step in wiring.hidden], bool)


def parse_switches(off: str, linear: str, wiring: Wiring) -> Switches:
    """Return what the two texts say.

    Raises:
        BadRequest: a text that is none of the form above, or a unit that the layer does not have.
        UnknownLayer: no such layer.
    """
    return Switches(
        frozenset(_parse_unit(text, wiring) for text in _parts(off)),
        frozenset(_hidden(text, wiring).name for text in _parts(linear)),
    )


def _parts(text: str) -> list[str]:
    parts = [part.strip() for part in text.split(",") if part.strip()]
    if len(parts) > MOST:
        raise BadRequest(f"expected at most {MOST:,} names, received {len(parts):,}")
    return parts


def _parse_unit(text: str, wiring: Wiring) -> tuple[str, int]:
    name, dot, unit = text.rpartition(".")
    if not dot or not (unit.isascii() and unit.isdigit()) or len(unit) > 6:
        raise BadRequest(f"expected neurons to switch off as layer.number, received {text[:60]!r}")
    step = _hidden(name, wiring)
    return step.name, check_unit(step, int(unit))


def _hidden(name: str, wiring: Wiring) -> Step:
    step = wiring[name]
    if not step.is_hidden:
        names = ", ".join(each.name for each in wiring.hidden) or "none: this network has no hidden layer"
        raise BadRequest(f"expected a hidden layer ({names}), received {name!r}")
    return step
