"""From the bitmap to the probabilities. Knows no web.

    architectures.py  build the models of the ladder
    cards.py          read the card beside a model, and check the model's file against it
    runtime.py        import TensorFlow quietly, set for single bitmaps
    network.py        one loaded model as one compiled function
    store.py          which models there are, loaded in the background, the default first
    desks.py          how many read at once, and who waits meanwhile
    predictor.py      reads bitmaps in the threads that ask, a few at a time
    inside/           every layer, every neuron, and why

TensorFlow is imported inside functions only, so that the pages are served before it is there.
"""
