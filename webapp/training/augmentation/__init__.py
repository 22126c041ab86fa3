"""Vary digits as people, pens and screens do.

digits.py    what people do to one certain digit
strokes.py   what hands, pens and screens do to any ink
geometry.py  cut, lengthen, resample and smooth a stroke
images.py    what little of that can be done to pixels
pool.py      many variations of every ink, drawn once by all cores
"""
