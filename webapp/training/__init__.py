"""From data to a trained network. Knows no web.

ink_file.py       our ink format, one JSON object a line
unipen.py         convert UNIPEN's files into that format (a command); unipen_page.py reads one of them
writers.py        which writers of the collection are one person
datasets.py       MNIST and pen digits as arrays; the test set has writers that training never sees
collections.py    the same data to browse, for the page /data
augmentation/     variations of strokes and pixels
synthetic_negatives.py  drawings that are no digits, made by rule
config.py         how long each network is trained, and on how much of what
command_line.py   the arguments of train_model.py
training_data.py  every epoch a new mixture, every bitmap varied anew
checkpoints.py    what a stopped training continues from
calibration.py    temperature scaling: make a probability mean what it says
evaluation.py     scores, confusion matrix, calibration error, the worst mistakes
report.py         all of that for one network, as its card holds it
card.py           the network, the file that is served and their card, each written whole or not at all
convert.py        from a trained Keras model to the .tflite file that is served
tensorflow_setup.py  import TensorFlow quietly
progress.py       the progress bar of a training
pictures.py, png.py  learning curves, and the network as a picture
"""
