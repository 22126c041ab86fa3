"""Look inside a network: from every layer at once to every number of one neuron. Knows no web.

    wiring.py       the layers of a model, in order, and what each one is fed with
    switches.py     what a viewer has broken: neurons that are off, layers without their activation function
    forward.py      the network once more, as one compiled function that keeps what every layer did
    packing.py      arrays as short texts
    layers.py       what every layer did, in short
    unit.py         one neuron, one place of a feature map or one output in full
    attribution.py  which pixels speak for an answer, and which against it
    code.py         the Keras lines that build a network

TensorFlow is imported inside functions only, so that the pages are served before it is there.
"""
