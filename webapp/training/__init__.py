"""Training: from data sets to a calibrated network with its card. train_model.py runs it.

datasets.py             MNIST, pen digits and symbols as arrays; the split by writer
ink_file.py             read and write ink as JSON Lines
writers.py              which writer labels are one person
unipen.py               convert a UNIPEN distribution to JSON Lines; unipen_page.py parses one file
augmentation/           variations of strokes and bitmaps
synthetic_negatives.py  generate drawings that are not digits
training_data.py        batches: every epoch a new mixture and new variations
config.py               hyperparameters of each network, command line of train_model.py
callbacks.py            progress bar, learning curves, checkpoints
calibration.py          temperature and Platt scaling
metrics.py              accuracy, confusion matrix, calibration error, AUROC
report.py               calibrate and evaluate one network
card.py                 save the network, its .tflite file and its card
convert.py              convert Keras to .tflite
plots.py                plot a card
tensorflow_setup.py     import TensorFlow without its log messages
"""
