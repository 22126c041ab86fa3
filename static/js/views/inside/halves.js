/** Show for each model whether its logit of two halves of the ink adds up to that of the whole. */

import { format } from "../../inside/sums.js";
import { element } from "../elements.js";

const ROUNDING = 1e-3; // of float32 sums

export function showHalves(body, halves) {
  body.replaceChildren(
    ...halves.map(({ model, apart, whole }) => {
      const difference = whole - apart;
      const verdict = Math.abs(difference) < ROUNDING ? "none: linear" : `${format(difference, 2)}: not linear`;
      const cells = [format(apart, 2), format(whole, 2), verdict].map((text) => element("td", {}, text));
      return element("tr", {}, element("th", { scope: "row" }, model), ...cells);
    }),
  );
}
