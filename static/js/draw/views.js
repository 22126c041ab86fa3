/** What stands around the pad: the answer, its ten bars, the bitmap, the toolbar and the samples. */

import { hundredths, percent } from "../core/format.js";
import { SIZE, toPath } from "../ink/bitmap.js";

const HINT = { headline: "Draw a digit", detail: "with finger, pen or mouse" };
const WAITING = { headline: "One moment", detail: "your ink is kept" };

/** The winning digit, large, with what the answer means in words. */
export class PredictionView {
  #element;

  /** @param {HTMLElement} element holds `[data-digit]`, `[data-headline]` and `[data-detail]` */
  constructor(element) {
    this.#element = element;
  }

  /** @param {{digit: string, headline: string, detail: string, isDoubtful: boolean}} words */
  show(words) {
    this.#write(words.digit, words);
    this.#element.toggleAttribute("data-doubtful", words.isDoubtful);
  }

  /** There is no ink. */
  clear() {
    this.#write("", HINT);
  }

  /** There is ink, and no answer to it yet. */
  wait() {
    this.#write("", WAITING);
  }

  /** The server refused the question with this sentence. */
  refuse(sentence) {
    this.#write("", { headline: "No answer", detail: sentence });
  }

  #write(digit, { headline, detail }) {
    this.#element.removeAttribute("data-doubtful");
    const put = (hook, text) => (this.#element.querySelector(hook).textContent = text);
    put("[data-digit]", digit);
    put("[data-headline]", headline);
    put("[data-detail]", detail);
  }
}

const SHOWN = 0.01; // probability from which on a bar carries its number

/** Ten bars, one for each digit's probability. */
export class Bars {
  #element;
  #bars;

  /** @param {HTMLElement} element holds the ten `[data-probability]`, 0 to 9 */
  constructor(element) {
    this.#element = element;
    this.#bars = [...element.querySelectorAll("[data-probability]")];
  }

  /**
   * @param {number[]} probabilities ten shares from 0 to 1
   * @param {number} winner the digit with the largest share
   * @param {boolean} isDoubtful whether the ink may be no digit
   */
  show(probabilities, winner, isDoubtful) {
    this.#element.toggleAttribute("data-doubtful", isDoubtful);
    this.#bars.forEach((bar, digit) => showShare(bar, probabilities[digit], digit === winner));
  }

  clear() {
    this.#element.removeAttribute("data-doubtful");
    this.#bars.forEach((bar) => showShare(bar, 0, false));
  }
}

function showShare(bar, share, isWinner) {
  bar.setAttribute("aria-valuenow", (share * 100).toFixed(1));
  bar.setAttribute("aria-valuetext", percent(share));
  bar.style.setProperty("--share", share);
  bar.toggleAttribute("data-winner", isWinner);
  bar.querySelector("[data-share]").textContent = share >= SHOWN ? hundredths(share) : "";
}

const INK = 255;

/** The 28x28 bitmap that the network sees: one canvas pixel per value, scaled up by CSS. */
export class BitmapView {
  #context;
  #bitmap = new Uint8Array(SIZE * SIZE);

  /** @param {HTMLCanvasElement} canvas its `color` is the ink's */
  constructor(canvas) {
    canvas.width = SIZE;
    canvas.height = SIZE;
    this.#context = canvas.getContext("2d");
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.show(this.#bitmap));
  }

  /** @param {Uint8Array} bitmap 784 values row by row */
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

/** Undo, redo and clear, by button and by key. */
export class Toolbar {
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

/** Fields use these keys themselves, and keys in a dialog are not meant for the pad behind it. */
function isElsewhere(event) {
  return event.defaultPrevented || event.target.closest?.("textarea, select, [contenteditable], input:not([type=radio])");
}

const SVG = "http://www.w3.org/2000/svg";
const VIEW = "-30 -30 1060 1060"; // pad units, with room for half a pen's width

/** A dialog with inks to choose from, for people who cannot draw. Emits `sampletaken` with its strokes as detail. */
export class Samples extends EventTarget {
  #dialog;
  #source;
  #isFilled = false;

  /** @param {HTMLDialogElement} dialog `data-source` is the address of the inks */
  constructor(dialog, opener) {
    super();
    this.#dialog = dialog;
    this.#source = dialog.dataset.source;
    opener.addEventListener("click", () => this.#open());
    dialog.querySelector("[data-close]").addEventListener("click", () => dialog.close());
    dialog.addEventListener("click", (event) => isBeside(dialog, event) && dialog.close());
  }

  async #open() {
    this.#dialog.showModal();
    if (this.#isFilled) return;
    this.#isFilled = true;
    const list = this.#dialog.querySelector("[data-list]");
    try {
      const samples = await (await fetch(this.#source)).json();
      list.replaceChildren(...samples.map((sample) => this.#item(sample)));
    } catch {
      this.#isFilled = false;
      list.textContent = "The samples cannot be loaded now.";
    }
  }

  #item({ name, strokes }) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "samples__sample";
    button.setAttribute("aria-label", name);
    button.append(picture(strokes));
    button.addEventListener("click", () => {
      this.#dialog.close();
      this.dispatchEvent(new CustomEvent("sampletaken", { detail: strokes }));
    });
    const item = document.createElement("li");
    item.append(button);
    return item;
  }
}

/** The dialog is the target of a click on what is behind it, and of one on its own rim. */
function isBeside(dialog, { target, clientX, clientY }) {
  const { left, right, top, bottom } = dialog.getBoundingClientRect();
  return target === dialog && (clientX < left || clientX > right || clientY < top || clientY > bottom);
}

function picture(strokes) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", VIEW);
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", toPath(strokes));
  svg.append(path);
  return svg;
}
