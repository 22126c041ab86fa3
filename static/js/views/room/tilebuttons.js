/** What can be done with a tile. */

import { element } from "../elements.js";

/** @returns {HTMLElement} a button that covers the tile, to let it grow */
export function growButton(act) {
  return button("tile__cover", "Look at this drawing", act);
}

/** @returns {HTMLElement} a plain button */
export function plainButton(words, act) {
  return button("button", words, act, words);
}

function button(className, label, act, words = "") {
  const made = element(`button.${className}`, { type: "button" }, words);
  if (!words) made.setAttribute("aria-label", label);
  made.addEventListener("click", act);
  return made;
}
