"""Ink: strokes of [x, y] points, and the 28x28 bitmap that the networks read. Needs NumPy only.

    parsing.py        read strokes, bitmaps and JSON from a request or a file, or raise a clear error
    curve.py          the smooth curve through the points of a stroke
    simplify.py       leave out points that lie close together
    bitmap.py         rasterize strokes as MNIST's digits were normalized: uint8 (28, 28)
    normalization.py  put a bitmap from elsewhere into MNIST's frame
    links.py          encode ink as the fragment of a URL

`static/js/ink/bitmap.js` and `curve.js` are bitmap.py and curve.py in JavaScript; tests compare them.
"""
