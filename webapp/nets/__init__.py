"""Networks: from the bitmap to the probabilities. Imports no web framework.

architectures.py  the Keras code of each network, for training only
cards.py          model cards: read one, and check a model file against its hash
network.py        one loaded network (LiteRT)
store.py          all models of a folder, loaded in the background
predictor.py      run networks in a pool of threads
native_output.py  silence stderr of native code
inspection/       every layer and every neuron of a network, in NumPy
"""
