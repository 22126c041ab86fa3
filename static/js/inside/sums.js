/** The weighted sum of one neuron, term by term. */

/** @returns {Float64Array} each input times its weight */
export function productsOf(inputs, weights) {
  return Float64Array.from(inputs, (value, index) => value * weights[index]);
}

/** @returns {{index: number, product: number}[]} the `count` terms that weigh most, plus or minus */
export function strongest(products, count) {
  const terms = Array.from(products, (product, index) => ({ index, product }));
  terms.sort((one, other) => Math.abs(other.product) - Math.abs(one.product));
  return terms.slice(0, count).filter(({ product }) => product !== 0);
}

export function total(values) {
  return values.reduce((sum, value) => sum + value, 0);
}

/** @returns {Float64Array} the sum over all places, for each channel of a patch (rows, columns, channels) */
export function sumsByChannel(products, channels) {
  const sums = new Float64Array(channels);
  products.forEach((product, index) => (sums[index % channels] += product));
  return sums;
}

/** @returns one channel of values that lie as (rows, columns, channels) */
export function channelOf(values, channel, channels) {
  return values.filter((_, index) => index % channels === channel);
}

/** @returns {string} a number with a true minus sign; four decimals unless told */
export function format(value, decimals = 4) {
  const text = Math.abs(value).toFixed(decimals);
  return value < 0 && Number(text) !== 0 ? `−${text}` : text;
}

/** @returns {string} the same, in brackets where negative: a factor or a summand */
export function bracketed(value, decimals = 4) {
  const text = format(value, decimals);
  return text.startsWith("−") ? `(${text})` : text;
}
