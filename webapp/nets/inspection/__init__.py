"""Inspection of a network, from all layers down to every number of one neuron. NumPy only, no TensorFlow.

graph.py              read the layers and weights of a .keras file
forward.py            forward pass and gradient in NumPy
ablation.py           switch off neurons, or remove activation functions
inspected_network.py  all layers for one bitmap; the cache of inspected networks
unit.py               one neuron in full, and its receptive field
attribution.py        integrated gradients: what each pixel adds to an output
learning.py           loss, gradients of all weights, a step of gradient descent
chain_rule.py         how the gradient of one weight follows from the errors at the outputs
keras_code.py         the Keras code that builds a network
quantization.py       arrays as base64, exact or in 256 steps
"""
