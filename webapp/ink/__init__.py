"""From the hand to the bitmap. Knows no web and no TensorFlow.

    strokes.py   read ink that came as JSON, or say what is wrong with it
    bitmap.py    draw ink the way MNIST's digits were made: 28x28, uint8
    pixels.py    read a bitmap that came as bytes or as a list of numbers
    inkcode.py   ink as text for an address
    describe.py  show in a message what came instead

`static/js/ink/bitmap.js` is bitmap.py in the browser's language; tests hold the two together.
"""
