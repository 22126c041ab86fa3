/** Ink as a picture with words for those who cannot see it. */

import { pathOf } from "../../room/picture.js";
import { svg } from "../elements.js";

/** @returns {SVGElement} strokes of any unit, fitted; `label` "" where words beside it say the same */
export function inkPicture(strokes, label = "") {
  const words = label ? { role: "img", "aria-label": label } : { "aria-hidden": "true" };
  const path = svg("path", { class: "tile__stroke", d: pathOf(strokes) });
  return svg("svg", { class: "tile__ink", viewBox: "0 0 1000 1000", ...words }, path);
}
