/** Turn the sheet between the pad and the grid of pixels, with one button that stays pressed. */

export class Side {
  /**
   * @param {HTMLElement} surface its `data-surface` says which side is seen
   * @param {HTMLButtonElement} button
   */
  constructor(surface, button, sheet, grid) {
    button.addEventListener("click", () => {
      sheet.turnTo(sheet.side === "ink" ? "pixels" : "ink");
      if (sheet.side === "pixels") grid.focus();
    });
    sheet.addEventListener("sheetturned", () => {
      surface.dataset.surface = sheet.side;
      button.setAttribute("aria-pressed", String(sheet.side === "pixels"));
    });
  }
}
