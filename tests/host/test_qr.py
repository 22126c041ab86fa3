"""An independent reader decodes the QR codes of pages and terminal."""

from xml.etree import ElementTree

import pytest

from tests.host.qr_reader import read_svg, read_terminal
from webapp.host.qr import to_svg, to_terminal

ADDRESSES = [
    "http://192.168.1.7:8000/join?code=APPLE",
    "http://10.0.0.5/join",
    "https://workshop.inkwise.example:8443/join?code=VIOLIN",
]


@pytest.mark.parametrize("address", ADDRESSES)
@pytest.mark.parametrize("with_colors", [True, False])
def test_terminal_shows_the_address(address, with_colors):
    text = to_terminal(address, with_colors)
    assert read_terminal(text) == address
    assert ("\x1b[" in text) == with_colors


@pytest.mark.parametrize("address", ADDRESSES)
def test_svg_shows_the_address(address):
    assert read_svg(to_svg(address)) == address


def test_svg_is_dark_on_white_with_a_quiet_zone():
    root = ElementTree.fromstring(to_svg(ADDRESSES[0]))
    ground, modules = (element for element in root.iter() if element.tag.endswith("path"))
    side = int(root.get("viewBox").split()[-1])
    assert ground.get("d") == f"M0 0h{side}v{side}h-{side}z"
    assert (ground.get("fill"), modules.get("stroke")) == ("#fff", "#000")
    assert modules.get("d").startswith("M4 4.5h7")  # a corner's mark after four white modules


def test_svg_holds_no_script_and_no_style():
    assert not any(word in to_svg("http://a/?<script>&\"'") for word in (b"<script", b"style", b"href"))
