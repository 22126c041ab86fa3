/** The configuration of a run: changes that return a new one. Knows no DOM. */

const KERNEL = 3; // pixels along the side of a new convolution

/**
 * @param {LabSpec} spec @param {string} path such as "optimizer" or "layers.0.units" @param {unknown} value
 * @returns {LabSpec} the same with that value
 */
export function withValue(spec, path, value) {
  const [name, index, key] = path.split(".");
  if (index === undefined) return { ...spec, [name]: value };
  const layers = spec.layers.map((layer, each) => (each === Number(index) ? { ...layer, [key]: value } : layer));
  return { ...spec, layers };
}

/** @param {LabSpec} spec @param {string} path @returns {unknown} */
export function valueAt(spec, path) {
  /** @type {any} */
  let value = spec;
  for (const name of path.split(".")) value = value?.[name];
  return value;
}

/**
 * Add a hidden layer like the last of its kind. Convolutions stand before dense layers.
 *
 * @param {LabSpec} spec @param {"dense"|"conv"} kind @returns {LabSpec}
 */
export function withLayer(spec, kind) {
  const convolutions = spec.layers.filter((layer) => layer.kind === "conv");
  const dense = spec.layers.filter((layer) => layer.kind === "dense");
  const last = (kind === "conv" ? convolutions : dense).at(-1);
  (kind === "conv" ? convolutions : dense).push({ ...(last ?? newLayer(kind)) });
  return { ...spec, layers: [...convolutions, ...dense] };
}

/** @param {"dense"|"conv"} kind @returns {LabLayer} */
function newLayer(kind) {
  const common = /** @type {const} */ ({ activation: "relu", dropout: 0 });
  return kind === "conv" ? { kind, units: 16, size: KERNEL, pool: true, ...common } : { kind, units: 128, ...common };
}

/** @param {LabSpec} spec @param {number} index @returns {LabSpec} */
export function withoutLayer(spec, index) {
  return { ...spec, layers: spec.layers.filter((_, each) => each !== index) };
}

/** @param {LabSpec} spec @param {LabPreset[]} presets @returns {string|null} name of the preset with the same layers */
export function presetOf(spec, presets) {
  return presets.find((preset) => isSame(preset.spec.layers, spec.layers))?.name ?? null;
}

/** @param {unknown} one @param {unknown} other @returns {boolean} whether both are equal, whatever the order of their keys */
export function isSame(one, other) {
  if (typeof one !== "object" || typeof other !== "object" || !one || !other) return one === other;
  const [first, second] = [new Map(Object.entries(one)), new Map(Object.entries(other))];
  return first.size === second.size && [...first].every(([key, value]) => isSame(value, second.get(key)));
}

/** @param {LabLimits} limits @param {string} path @returns {[least: number, most: number]|null} */
export function limitsOf(limits, path) {
  const limit = limits[path.split(".").at(-1) ?? ""];
  return Array.isArray(limit) ? limit : null;
}

/** @param {LabRun} run @returns {string} "3 · 2x128 relu": titles alone repeat */
export function runName({ id, title }) {
  return `${id} · ${title}`;
}
