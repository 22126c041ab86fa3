/** What is broken: sets of "layer.unit" that are off, and of layers without their activation function. */

/** @returns {{off: Set, linear: Set}} only what the network has; nothing while its layers are not known */
export function knownSwitches({ off, linear }, layers) {
  if (layers.length === 0) return { off: new Set(), linear: new Set() };
  const units = new Map(layers.filter((layer) => layer.is_hidden).map(({ name, shape }) => [name, shape.at(-1)]));
  const isKnown = (text) => {
    const [, name, unit] = text.match(/^(.+)\.(\d{1,5})$/) ?? [];
    return units.has(name) && Number(unit) < units.get(name);
  };
  return {
    off: new Set([...off].filter(isKnown)),
    linear: new Set([...linear].filter((name) => units.has(name))),
  };
}

/** @returns {Set} another set, with `value` where it was not and without it where it was */
export function toggled(set, value) {
  const changed = new Set(set);
  if (!changed.delete(value)) changed.add(value);
  return changed;
}
