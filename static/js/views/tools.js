/** Undo, redo and clear, by button and by key. */

export class Tools {
  #buttons;
  #sheet;

  /** @param {HTMLElement} element holds `[data-undo]`, `[data-redo]` and `[data-clear]` */
  constructor(element, sheet) {
    this.#sheet = sheet;
    this.#buttons = Object.fromEntries(
      ["undo", "redo", "clear"].map((name) => [name, element.querySelector(`[data-${name}]`)]),
    );
    for (const [name, button] of Object.entries(this.#buttons)) {
      button.addEventListener("click", () => sheet.store[name]());
    }
    document.addEventListener("keydown", (event) => this.#press(event));
    sheet.addEventListener("sheetchanged", () => this.#update());
    this.#update();
  }

  #press(event) {
    const name = commandOf(event);
    if (!name || isElsewhere(event) || document.querySelector("dialog[open]")) return;
    event.preventDefault();
    this.#sheet.store[name]();
  }

  /** aria-disabled rather than disabled: a button must not lose the focus because it was used. */
  #update() {
    const { canUndo, canRedo, isEmpty } = this.#sheet.store;
    const usable = { undo: canUndo, redo: canRedo, clear: !isEmpty };
    for (const [name, button] of Object.entries(this.#buttons)) {
      button.setAttribute("aria-disabled", String(!usable[name]));
    }
  }
}

/** @returns {"undo"|"redo"|"clear"|null} what the keys ask for */
function commandOf({ key, ctrlKey, metaKey, shiftKey, altKey }) {
  if (altKey) return null;
  const letter = key.toLowerCase();
  if (ctrlKey || metaKey) {
    if (letter === "z") return shiftKey ? "redo" : "undo";
    return letter === "y" && ctrlKey ? "redo" : null;
  }
  return ["Escape", "Delete", "Backspace"].includes(key) ? "clear" : null;
}

/** Fields have their own use for these keys; and whoever looks at a dialog does not mean the pad behind it. */
function isElsewhere(event) {
  return event.defaultPrevented || event.target.closest?.("textarea, select, [contenteditable], input:not([type=radio])");
}
