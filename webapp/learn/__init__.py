"""From data to a trained network. Knows no web.

inkfile.py        our ink format, one JSON object a line
unipen.py         UNIPEN's files turned into that format (a command)
hands.py          which writers of our ink are one person
datasets.py       MNIST and pen digits as arrays; hands kept apart
ink_variations.py       what hands, pens and screens do to a digit, done to its strokes
digit_habits.py         what people do to one certain digit
stroke_tools.py         cut, lengthen, resample and smooth a stroke
bitmap_variations.py    what little of that can be done to pixels
scribbles.py      drawings that are no digits, made by rule
recipes.py        how long each network is trained, and on how much of what
command_line.py   the arguments of train_model.py
variation_pool.py       many variations of every ink, drawn once by all cores
training_data.py        every epoch a new mixture, every bitmap varied anew
checkpoints.py    what a stopped training goes on from
calibration.py    make a probability mean what it says
evaluation.py     scores, confusion, calibration error, the worst mistakes
report.py         all of that for one network, as its card tells it
card.py           the network, the file that is served and their card, each written whole or not at all
convert.py        from a trained Keras model to the .tflite file that is served
tensorflow_setup.py     import TensorFlow quietly
progress.py, pictures.py    what is seen of a training, and kept of it
"""
