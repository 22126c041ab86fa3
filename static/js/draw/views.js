/** Views around the pad: prediction, bars, bitmap, toolbar and samples. */

import { contextOf, element, Emitter, find, followTheme, keyOf, svg } from "../core/browser.js";
import { hundredths, percent, shownShares } from "../core/format.js";
import { SIZE } from "../ink/bitmap.js";
import { toPath } from "../ink/curve.js";

/** @import { Server } from "../core/server.js" */
/** @import { DrawingInput } from "../ink/input.js" */

const HINT = { headline: "Draw a digit", detail: "with finger, pen or mouse" };
const WAITING = { headline: "Working…", detail: "your drawing is kept" };
const FAILED = { headline: "No network loaded", detail: "Tell the presenter." };

/** The predicted digit, large, and its description. */
export class PredictionView {
  #element;
  #server;
  #hint;
  /** @type {{headline: string, detail: string}|null} shown where there is no answer; null beside an answer */
  #placeholder;

  /**
   * @param {HTMLElement} element holds `[data-digit]`, `[data-headline]` and `[data-detail]`
   * @param {Server} server
   * @param {{headline: string, detail: string}} hint where there is no ink
   */
  constructor(element, server, hint = HINT) {
    this.#element = element;
    this.#server = server;
    this.#placeholder = this.#hint = hint;
    server.on("statechanged", () => this.#placeholder && this.#hold(this.#placeholder));
  }

  /** @param {PredictionText} text */
  show(text) {
    this.#placeholder = null;
    this.#write(text.digit, text);
    this.#element.toggleAttribute("data-doubtful", text.isDoubtful);
  }

  /** There is no ink. */
  clear() {
    this.#hold(this.#hint);
  }

  /** There is ink without an answer yet. */
  wait() {
    this.#hold(WAITING);
  }

  /** @param {string} message of the server, which rejected the request */
  refuse(message) {
    this.#placeholder = null;
    this.#write("", { headline: "No prediction", detail: message });
  }

  /** Without a network, neither promise an answer nor invite to draw. @param {{headline: string, detail: string}} text */
  #hold(text) {
    this.#placeholder = text;
    this.#write("", this.#server.state === "failed" ? FAILED : text);
  }

  /** @param {string} digit @param {{headline: string, detail: string}} text */
  #write(digit, { headline, detail }) {
    this.#element.removeAttribute("data-doubtful");
    find("[data-digit]", this.#element).textContent = digit;
    find("[data-headline]", this.#element).textContent = headline;
    find("[data-detail]", this.#element).textContent = detail;
  }
}

const SHOWN = 0.01; // least probability of a bar with a number

/** Ten bars, one for each digit's probability. */
export class Bars {
  #bars;

  /** @param {HTMLElement} element holds the ten `[data-probability]`, 0 to 9 */
  constructor(element) {
    /** @type {NodeListOf<HTMLElement>} */
    this.#bars = element.querySelectorAll("[data-probability]");
  }

  /**
   * @param {number[]} probabilities ten shares from 0 to 1
   * @param {number|null} winner the predicted digit; null where the ink is probably not a digit
   */
  show(probabilities, winner) {
    const shown = shownShares(probabilities);
    for (const [digit, bar] of this.#bars.entries()) showShare(bar, probabilities[digit], shown[digit], digit === winner);
  }

  clear() {
    for (const bar of this.#bars) showShare(bar, 0, 0, false);
  }
}

/** @param {HTMLElement} bar @param {number} share @param {number} shown the share as number @param {boolean} isWinner */
function showShare(bar, share, shown, isWinner) {
  bar.setAttribute("aria-valuenow", (share * 100).toFixed(1));
  bar.setAttribute("aria-valuetext", percent(shown));
  bar.style.setProperty("--share", String(share));
  bar.toggleAttribute("data-winner", isWinner);
  find("[data-share]", bar).textContent = shown >= SHOWN ? hundredths(shown) : "";
}

const INK = 255;

/** The 28x28 bitmap: one canvas pixel per value, scaled up by CSS. */
export class BitmapView {
  #context;
  /** @type {Bitmap} */
  #bitmap = new Uint8Array(SIZE * SIZE);

  /** @param {HTMLCanvasElement} canvas its `color` is the ink's */
  constructor(canvas) {
    canvas.width = SIZE;
    canvas.height = SIZE;
    this.#context = contextOf(canvas);
    followTheme(() => this.show(this.#bitmap));
  }

  /** @param {Bitmap} bitmap */
  show(bitmap) {
    this.#bitmap = bitmap;
    const context = this.#context;
    context.clearRect(0, 0, SIZE, SIZE);
    context.fillStyle = getComputedStyle(context.canvas).color;
    bitmap.forEach((value, index) => {
      if (value === 0) return;
      context.globalAlpha = value / INK;
      context.fillRect(index % SIZE, Math.floor(index / SIZE), 1, 1);
    });
  }
}

const COMMANDS = /** @type {const} */ (["undo", "redo", "clear"]);

/** Undo, redo and clear, by button and by key. */
export class Toolbar {
  #element;
  #input;

  /** @param {HTMLElement} element holds `[data-undo]`, `[data-redo]` and `[data-clear]` @param {DrawingInput} input */
  constructor(element, input) {
    this.#element = element;
    this.#input = input;
    for (const name of COMMANDS) this.#button(name).addEventListener("click", () => input.store[name]());
    document.addEventListener("keydown", (event) => this.#press(event));
    input.on("inputchanged", () => this.#update());
    this.#update();
  }

  /** @param {string} name */
  #button(name) {
    return find(`[data-${name}]`, this.#element);
  }

  /** @param {KeyboardEvent} event */
  #press(event) {
    const name = commandOf(event);
    if (!name || isElsewhere(event) || document.querySelector("dialog[open]")) return;
    event.preventDefault();
    this.#input.store[name]();
  }

  /** Set aria-disabled, not disabled: a used button keeps the focus. */
  #update() {
    const { canUndo, canRedo, isEmpty } = this.#input.store;
    const usable = { undo: canUndo, redo: canRedo, clear: !isEmpty };
    for (const name of COMMANDS) this.#button(name).setAttribute("aria-disabled", String(!usable[name]));
  }
}

/** @param {KeyboardEvent} event @returns {"undo"|"redo"|"clear"|null} */
function commandOf(event) {
  const { ctrlKey, metaKey, shiftKey, altKey } = event;
  const key = keyOf(event);
  if (altKey) return null;
  if (ctrlKey || metaKey) {
    if (key === "z") return shiftKey ? "redo" : "undo";
    return key === "y" && ctrlKey ? "redo" : null;
  }
  return ["Escape", "Delete", "Backspace"].includes(key) ? "clear" : null;
}

const TEXT_FIELDS = "textarea, select, [contenteditable], input:not([type=radio], [type=checkbox])";

/** Text fields use these keys themselves. @param {KeyboardEvent} event */
function isElsewhere(event) {
  if (event.defaultPrevented) return true;
  return event.target instanceof Element && event.target.closest(TEXT_FIELDS) !== null;
}

const VIEW = "-30 -30 1060 1060"; // pad units, with a margin of half the pen width

/** @typedef {{name: string, strokes: Stroke[]}} Sample */

/**
 * A dialog with sample inks, for people who cannot draw.
 *
 * @extends {Emitter<{sampletaken: Stroke[]}>}
 */
export class Samples extends Emitter {
  #dialog;
  #source;
  #isFilled = false;

  /** @param {HTMLDialogElement} dialog `data-source` is the address of the inks @param {HTMLElement} opener */
  constructor(dialog, opener) {
    super();
    this.#dialog = dialog;
    this.#source = dialog.dataset.source ?? "";
    opener.addEventListener("click", () => this.#open());
    find("[data-close]", dialog).addEventListener("click", () => dialog.close());
    dialog.addEventListener("click", (event) => isBeside(dialog, event) && dialog.close());
  }

  async #open() {
    this.#dialog.showModal();
    if (this.#isFilled) return;
    this.#isFilled = true;
    const list = find("[data-list]", this.#dialog);
    try {
      /** @type {Sample[]} */
      const samples = await (await fetch(this.#source)).json();
      list.replaceChildren(...samples.map((sample) => this.#item(sample)));
    } catch {
      this.#isFilled = false;
      list.textContent = "The samples cannot be loaded. Try again.";
    }
  }

  /** @param {Sample} sample */
  #item({ name, strokes }) {
    const path = svg("path", { d: toPath(strokes) });
    const picture = svg("svg", { viewBox: VIEW, "aria-hidden": "true" }, path);
    const button = element("button.samples__sample", { type: "button", "aria-label": name }, picture);
    button.addEventListener("click", () => {
      this.#dialog.close();
      this.emit("sampletaken", strokes);
    });
    return element("li", {}, button);
  }
}

/**
 * A click on the backdrop or the padding has the dialog as target.
 *
 * @param {HTMLElement} dialog @param {MouseEvent} event
 */
function isBeside(dialog, { target, clientX, clientY }) {
  const { left, right, top, bottom } = dialog.getBoundingClientRect();
  return target === dialog && (clientX < left || clientX > right || clientY < top || clientY > bottom);
}
