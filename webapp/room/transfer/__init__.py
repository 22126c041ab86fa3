"""Take a room's drawings out and bring them back in.

export.py         JSON Lines, NumPy arrays, MNIST's files
idx.py            MNIST's file format
contact_sheet.py  pages to print
importing.py      JSON Lines back into a room
import_parser.py  one line of them
"""
