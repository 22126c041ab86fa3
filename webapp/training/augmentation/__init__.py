"""Augmentation: variations of ink and bitmaps as people, pens and screens make them.

digits.py    habits of single digits, such as the bar of a seven
strokes.py   variations of any ink
images.py    variations of bitmaps
geometry.py  cut, lengthen, resample and smooth a stroke
pool.py      rasterize many variations of each ink, in parallel, with a cache
"""
