"""Export and import of a room's drawings.

export.py         write JSON Lines
export_arrays.py  write NumPy arrays, or MNIST's IDX files
contact_sheet.py  write a PDF to print
importing.py      store the drawings of an exported JSON Lines file
import_parser.py  parse one line of it
"""
