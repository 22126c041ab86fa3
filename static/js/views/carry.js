/** The pages that take ink hand it on: their links to each other carry the ink and the model along. */

import { fragmentOf } from "../ink/inkcode.js";

const PAGES = ["/", "/inside"];

/** @param {Sheet} sheet; @param {ModelSwitch} models */
export function carryOver(sheet, models) {
  const fill = ({ target }) => {
    const link = target.closest?.("a");
    if (!link || !PAGES.includes(link.pathname) || link.pathname === location.pathname) return;
    link.search = models.isDefault ? "" : `?model=${encodeURIComponent(models.chosen)}`;
    link.hash = fragmentOf(sheet.content);
  };
  for (const kind of ["pointerdown", "click"]) document.addEventListener(kind, fill); // click: by key too
}
