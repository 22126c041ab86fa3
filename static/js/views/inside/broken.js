/** What is broken, in one line, and the button that restores all. Tells `restored`. */

export class Broken extends EventTarget {
  #element;
  #figures; // what is left of a model without any activation function, by its name

  constructor(element) {
    super();
    this.#element = element;
    this.#figures = JSON.parse(element.dataset.figures);
    element.querySelector("[data-restore]").addEventListener("click", () => this.dispatchEvent(new Event("restored")));
  }

  /** @param {{off: Set, linear: Set}} switches; @param {object[]} layers of the model of this name */
  show(switches, layers, model) {
    const { off, linear } = switches;
    this.#element.hidden = off.size + linear.size === 0;
    const parts = [];
    if (off.size) parts.push(`Switched off: ${some([...off])}.`);
    if (linear.size) parts.push(`Without activation function: ${some([...linear])}.`);
    if (isWithoutActivations(switches, layers)) parts.push(whatIsLeft(layers), this.#figures[model] ?? "");
    this.#element.querySelector("[data-broken-words]").textContent = parts.join(" ").trim();
  }
}

function isWithoutActivations({ linear }, layers) {
  const hidden = layers.filter((layer) => layer.is_hidden);
  return hidden.length > 0 && hidden.every(({ name }) => linear.has(name));
}

function whatIsLeft(layers) {
  const isPooled = layers.some(({ kind }) => kind === "MaxPooling2D");
  return isPooled
    ? "Without any activation function only the pooling, which keeps the largest of each patch, is not linear."
    : "Without any activation function it has collapsed to a linear model.";
}

function some(names) {
  const shown = names.slice(0, 4).join(", ");
  return names.length > 4 ? `${shown} and ${names.length - 4} more` : shown;
}
