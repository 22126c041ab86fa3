"""The computer that hosts the room: its URLs, the checks before the show, the banner at the start.

public_url.py      URLs for this computer and for phones
preflight.py       checks before the show
load_test.py       measure how many phones this computer can serve
startup_banner.py  the text in the terminal at the start
qr.py              QR codes as SVG and for the terminal
"""
