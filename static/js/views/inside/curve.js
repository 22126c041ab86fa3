/** The curve of an activation function, with one z on it. */

import { ACTIVATIONS } from "../../inside/activations.js";
import { svg } from "../elements.js";

const WIDTH = 240;
const HEIGHT = 150;
const POINTS = 120;

/** @param {string} key of ACTIVATIONS; @param {number} z */
export function drawCurve(picture, key, z) {
  const reach = Math.max(3, Math.abs(z) * 1.25);
  const { of, name } = ACTIVATIONS[key];
  const top = ["relu", "none"].includes(key) ? reach : 1.4;
  const bottom = key === "none" ? -reach : key === "tanh" ? -1.4 : -top * 0.2;
  const x = (value) => ((value + reach) / (2 * reach)) * WIDTH;
  const y = (value) => ((top - value) / (top - bottom)) * HEIGHT;
  const line = Array.from({ length: POINTS + 1 }, (_, index) => {
    const value = ((index / POINTS) * 2 - 1) * reach;
    return `${x(value).toFixed(1)},${y(of(value)).toFixed(1)}`;
  });
  picture.setAttribute("viewBox", `-6 -6 ${WIDTH + 12} ${HEIGHT + 12}`);
  picture.setAttribute("aria-label", `the curve of ${name}, with z at ${z.toFixed(2)} and the output ${of(z).toFixed(2)}`);
  picture.replaceChildren(
    svg("path", { class: "curve__axis", d: `M0 ${y(0)}H${WIDTH}M${x(0)} 0V${HEIGHT}` }),
    svg("polyline", { class: "curve__line", points: line.join(" ") }),
    svg("path", { class: "curve__drop", d: `M${x(z)} ${y(0)}V${y(of(z))}` }),
    svg("circle", { class: "curve__point", cx: x(z), cy: y(of(z)), r: 6 }),
  );
}
