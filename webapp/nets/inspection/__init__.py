"""Look inside a network: from every layer at once to every number of one neuron. NumPy only; knows no web.

graph.py              the layers of a .keras file with their weights, and what feeds each of them
forward.py            the network in plain NumPy: forward pass and gradient
ablation.py           neurons switched off, layers without their activation function
inspected_network.py  what can be asked of one network
layer_summary.py      what every layer gave, in short
unit.py               one neuron, one place of a feature map or one output in full
receptive_field.py    the part of the input that one place depends on
attribution.py        which pixels speak for an answer: integrated gradients
keras_code.py         the Keras lines that build a network
quantization.py       arrays as short texts
collapsed.py          measured accuracy without activation functions
"""
