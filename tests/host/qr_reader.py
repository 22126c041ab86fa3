"""Read QR codes with a library that is independent of the encoder."""

import re
from xml.etree import ElementTree

import numpy as np
import zxingcpp

SCALE = 6  # pixels a module
STEP = re.compile(r"([mMhvz])([-\d. ]*)")
DARK = {" ": (0, 0), "▀": (1, 0), "▄": (0, 1), "█": (1, 1)}


def read_modules(dark: np.ndarray) -> str:
    """Return the text of a QR code given as modules, (n, n), 1 = dark."""
    picture = np.kron(np.where(dark, 0, 255), np.ones((SCALE, SCALE))).astype(np.uint8)
    found = zxingcpp.read_barcodes(picture, formats=zxingcpp.BarcodeFormat.QRCode)
    assert len(found) == 1, f"expected one QR code, found {len(found)}"
    return found[0].text


def read_terminal(text: str) -> str:
    """Return the text of the QR code among lines of half blocks."""
    plain = re.sub("\x1b\\[[\\d;]*m", "", text)
    lines = [line for line in plain.splitlines() if line and set(line) <= DARK.keys()]
    halves = np.array([[DARK[sign] for sign in line] for line in lines])  # (lines, columns, 2)
    return read_modules(halves.transpose(0, 2, 1).reshape(-1, halves.shape[1]))


def read_svg(svg: bytes) -> str:
    """Return the text of an SVG made of horizontal lines, as segno draws a QR code."""
    root = ElementTree.fromstring(svg)
    side = int(root.get("viewBox").split()[-1])
    dark = np.zeros((side, side), int)
    path = next(element for element in root.iter() if element.get("stroke"))
    x = y = 0.0
    for letter, numbers in STEP.findall(path.get("d")):
        values = [float(number) for number in numbers.split()]
        if letter == "h":
            dark[int(y), int(x) : int(x + values[0])] = 1
            x += values[0]
        else:
            x, y = (values[0], values[1]) if letter == "M" else (x + values[0], y + values[1])
    return read_modules(dark)
