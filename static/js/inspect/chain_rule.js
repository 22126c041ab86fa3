/**
 * A learning step in sentences and formulas, with numbers that add up as shown: measured ones are rounded to four digits or
 * more, and rests, products and results are computed from the numbers shown.
 */

import { roundShares } from "../core/format.js";
import { ACTIVATIONS, bracketed, decimalsOf, format, keyOf, remainder, rounded } from "./numbers.js";

const WRITTEN = 2; // terms of a sum
const MOST_DECIMALS = 8; // of probabilities

/** @typedef {{errors: number[], before: number[], after: number[], decimals: number}} Shares */
/** @typedef {{rule: string, numbers: string}} Formula a rule in words, and the same with numbers */

/** @param {LearningStep} answer @returns {Shares} probabilities and errors as shown; errors add up to 0 */
export function sharesOf({ label, errors, after }) {
  const decimals = Math.min(decimalsOf(errors[label]), MOST_DECIMALS);
  const target = (/** @type {number} */ digit) => (digit === label ? 1 : 0);
  const before = roundShares(errors.map((error, digit) => error + target(digit)), decimals);
  const shown = before.map((share, digit) => rounded(share - target(digit), decimals));
  return { errors: shown, before, after: roundShares(after.probabilities, decimals), decimals };
}

/** @param {LearningStep} answer @returns {string} */
export function lossText({ label, losses, errors, steps }) {
  const [first, last] = [losses[0], losses[losses.length - 1]];
  const probability = errors[label] + 1;
  const decimals = Math.max(decimalsOf(probability), decimalsOf(errors[label]));
  const shown = rounded(probability, decimals);
  const isShown = shown > 0 && shown < 1;
  const value = isShown ? -Math.log(shown) : first;
  const written = isShown ? ` = −ln(${format(shown, decimals)})` : "";
  const [before, after] = [value, last].map((loss) => format(loss, Math.min(decimalsOf(loss), MOST_DECIMALS)));
  return `Loss = −ln(probability of ${label})${written} = ${before}. After ${stepsText(steps)} it is ${after}.`;
}

/** @param {number} steps */
export function stepsText(steps) {
  return steps === 1 ? "one step" : `${steps} steps`;
}

/**
 * The way of the gradient from the outputs back to a weight, one formula for each layer, then the step.
 *
 * @param {LearningStep & {weight: TracedWeight}} answer @param {Shares} shares @returns {Formula[]}
 */
export function chainFormulas({ label, rate, weight }, shares) {
  const { chain } = weight;
  const end = chain[chain.length - 1];
  const outputs = end.probability === undefined ? null : end.layer; // null where no error comes back
  /** @param {Neuron & {error: number}} neuron */
  const errorOf = (neuron) => {
    const isOutput = neuron.layer === outputs;
    const decimals = isOutput ? shares.decimals : decimalsOf(neuron.error);
    return { value: isOutput ? shares.errors[neuron.unit] : rounded(neuron.error, decimals), decimals };
  };
  const formulas = [...chain].reverse().map((link) => {
    if (link.probability === undefined) return hiddenFormula(link, errorOf);
    const target = link.unit === label ? 1 : 0;
    const { value, decimals } = errorOf(link);
    const numbers = `${format(value + target, decimals)} − ${target} = ${format(value, decimals)}`;
    return { rule: `error of the output ${link.unit} = probability − target`, numbers };
  });
  const gradient = gradientOf(weight, errorOf(chain[0]));
  return [...formulas, gradient, stepFormula(weight, rate, gradient.value)];
}

/**
 * @param {HiddenLink} link
 * @param {(neuron: Neuron & {error: number}) => {value: number, decimals: number}} errorOf as shown
 * @returns {Formula}
 */
function hiddenFormula(link, errorOf) {
  const { slope, sum, error, terms, count } = link;
  const total = slope === 1 ? error : sum; // the same, but for rounding
  const decimals = decimalsOf(total);
  const shown = terms.slice(0, WRITTEN).map((term) => ({ error: errorOf(term), weight: term.weight })).filter((term) => term.error.value !== 0);
  const products = shown.map((term) => term.error.value * rounded(term.weight, decimalsOf(term.weight)));
  const rest = rounded(rounded(total, decimals) - products.reduce((left, product) => left + product, 0), decimals);
  const written = shown.map((term) => `${bracketed(term.error.value, term.error.decimals)} · ${bracketed(term.weight, decimalsOf(term.weight))}`);
  const others = count - shown.length;
  if (others > 0) written.push(`(${others.toLocaleString("en")} more: ${format(rest, decimals)})`);
  const slopeText = Number.isInteger(slope) ? String(slope) : format(slope);
  const result = Number.isInteger(slope) ? slope * rounded(total, decimals) : rounded(slope) * rounded(total, decimals);
  const sumText = written.length ? written.join(" + ") : "0";
  return {
    rule: `error of ${nameOf(link)} = ${slopeName(link)}, times the sum of error · weight over the neurons that use it`,
    numbers: `${slopeText} · [${sumText}] = ${format(result, decimals)}`,
  };
}

/** @param {HiddenLink} link */
function slopeName({ activation, is_off: isOff }) {
  if (isOff) return "0, switched off";
  const key = keyOf(activation);
  return key === "none" ? "1, without activation function" : `slope of ${key ? ACTIVATIONS[key].name : activation}`;
}

/** @param {TracedWeight} weight @param {{value: number, decimals: number}} error as shown */
function gradientOf({ x, positions, gradient }, error) {
  const decimals = decimalsOf(gradient);
  const product = error.value * rounded(x);
  const written = `${bracketed(error.value, error.decimals)} · ${bracketed(x)}`;
  if (positions === 1) {
    const value = rounded(product, decimals);
    return { value, rule: "gradient of the weight = error · input", numbers: `${written} = ${format(value, decimals)}` };
  }
  const rest = remainder(gradient, [product], decimals);
  const count = (positions - 1).toLocaleString("en");
  const numbers = `${written} + (${count} other positions: ${format(rest, decimals)}) = ${format(gradient, decimals)}`;
  return { value: rounded(gradient, decimals), rule: "gradient of the weight = sum of error · input over all positions", numbers };
}

/** @param {TracedWeight} weight @param {number} rate @param {number} gradient as shown @returns {Formula} */
function stepFormula({ weight }, rate, gradient) {
  const change = rate * gradient;
  const decimals = Math.min(decimalsOf(change), MOST_DECIMALS + 2);
  const value = rounded(weight, decimals) - change;
  const numbers = `${bracketed(weight, decimals)} − ${rate} · ${bracketed(gradient, decimalsOf(gradient))}`;
  return { rule: "new weight = weight − learning rate · gradient", numbers: `${numbers} = ${format(value, decimals)}` };
}

/** @param {Neuron} neuron @returns {string} "hidden_1, neuron 3", "conv_2, map 5 at row 3, col 4" */
function nameOf({ layer, unit, row, column }) {
  return row === null ? `${layer}, neuron ${unit}` : `${layer}, map ${unit} at row ${row}, col ${column}`;
}

/** @param {TracedWeight} weight @returns {string} why a gradient is zero; "" for others */
export function zeroText({ chain: [link], x, gradient }) {
  if (gradient !== 0) return "";
  if (link.probability !== undefined) return x === 0 ? NO_INPUT : "";
  if (link.is_off) return SWITCHED_OFF;
  if (link.slope === 0) return `${SLOPE_ZERO} ${format(link.z)}.`;
  if (link.sum === 0) return NO_USER;
  return x === 0 ? NO_INPUT : "";
}

const NO_INPUT = "The input is 0, so the gradient is 0 and this weight does not change.";
const NO_USER = "No later neuron that is active uses this output, so no error comes back to it.";
const SWITCHED_OFF = "This neuron is switched off, so it learns nothing.";
const SLOPE_ZERO = "The slope of the activation function is 0 here, so this neuron learns nothing from this drawing: its z is";
