"""The computer that Inkwise runs on.

preflight.py       what is checked before a session
load_test.py       how many phones it can serve
startup_banner.py  what the terminal shows at the start
qr.py              QR codes, as SVG and for the terminal
"""
