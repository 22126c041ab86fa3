/** Activation functions: what a neuron says, given its weighted sum z. */

export const ACTIVATIONS = {
  step: { name: "step", of: (z) => (z > 0 ? 1 : 0), says: "fires 1 or 0, nothing between" },
  sigmoid: { name: "sigmoid", of: (z) => 1 / (1 + Math.exp(-z)), says: "a soft step from 0 to 1" },
  tanh: { name: "tanh", of: Math.tanh, says: "a soft step from −1 to 1" },
  relu: { name: "ReLU", of: (z) => Math.max(z, 0), says: "nothing below 0, z itself above" },
  none: { name: "none", of: (z) => z, says: "z itself: the neuron stays linear" },
};

/** @returns {string} the key of Keras's name for an activation function; null where we have no curve for it */
export function keyOf(kerasName) {
  if (kerasName === null || kerasName === "linear") return "none";
  return kerasName in ACTIVATIONS ? kerasName : null;
}

/** @returns {{exponentials: number[], total: number, shares: number[]}} softmax, the largest logit taken off first */
export function softmax(logits) {
  const largest = Math.max(...logits);
  const exponentials = logits.map((logit) => Math.exp(logit - largest));
  const total = exponentials.reduce((sum, value) => sum + value, 0);
  return { exponentials, total, shares: exponentials.map((value) => value / total) };
}
