/** Preprocessing as pictures, and the pixels of the address. */

import { Emitter, find, keyOf, svg } from "../core/browser.js";
import { BitmapView } from "../draw/views.js";
import { centerOfMass, draw, fitToBox, followCurves, SIZE, toBitmap, toLines } from "../ink/bitmap.js";
import { boundsOf, toPath } from "../ink/curve.js";
import { paint } from "./palette.js";

/** @import { Announcer } from "../core/browser.js" */
/** @import { DrawingInput } from "../ink/input.js" */

const INK = 255;

/** @type {Record<string, [down: number, right: number]>} */
const STEPS = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };

/**
 * Step 1, the network's input: from ink to 28x28 numbers.
 *
 * @extends {Emitter<{plainchosen: boolean}>}
 */
export class InputView extends Emitter {
  #element;
  /** @type {Find} */
  #find;
  /** @type {Bitmap} */
  #bitmap = new Uint8Array(SIZE * SIZE);
  #at = { row: 14, column: 14 };
  #announcer;

  /** @param {HTMLElement} element holds the figures @param {Announcer} announcer */
  constructor(element, announcer) {
    super();
    this.#element = element;
    this.#announcer = announcer;
    this.#find = (hook) => find(`[data-${hook}]`, element);
    const pixels = this.#find("pixels");
    pixels.addEventListener("pointermove", (event) => this.#point(event));
    pixels.addEventListener("pointerdown", (event) => this.#point(event));
    pixels.addEventListener("keydown", (event) => this.#step(event));
    this.#plain.addEventListener("change", () => this.emit("plainchosen", this.#plain.checked));
  }

  /** @returns {HTMLInputElement} */
  get #plain() {
    return this.#find("skip-normalization");
  }

  /** @param {Stroke[]} strokes empty for painted pixels @param {Bitmap} bitmap @param {boolean} isPlain */
  show(strokes, bitmap, isPlain) {
    this.#bitmap = bitmap;
    this.#plain.checked = isPlain;
    this.#element.toggleAttribute("data-unnormalized", isPlain);
    this.#find("drawn").replaceChildren(...drawn(strokes, false));
    this.#find("boxed").replaceChildren(...drawn(strokes, true));
    const fitted = strokes.length ? draw(toLines(fitToBox(followCurves(strokes)))) : new Float64Array(SIZE * SIZE);
    paint(this.#find("fitted"), fitted, SIZE, 1);
    paint(this.#find("centered"), strokes.length ? toBitmap(strokes) : bitmap, SIZE, INK);
    this.#find("shift").textContent = strokes.length ? offCenter(fitted) : "";
    paint(this.#find("pixels"), bitmap, SIZE, INK);
    this.#showPixel();
  }

  /** @param {PointerEvent} event */
  #point({ offsetX, offsetY }) {
    const { clientWidth, clientHeight } = this.#find("pixels");
    /** @param {number} offset @param {number} length */
    const place = (offset, length) => Math.min(Math.max(Math.floor((offset / length) * SIZE), 0), SIZE - 1);
    this.#at = { row: place(offsetY, clientHeight), column: place(offsetX, clientWidth) };
    this.#showPixel();
  }

  /** @param {KeyboardEvent} event */
  #step(event) {
    const key = keyOf(event);
    if (!(key in STEPS)) return;
    event.preventDefault();
    const [down, right] = STEPS[key];
    /** @param {number} value */
    const within = (value) => Math.min(Math.max(value, 0), SIZE - 1);
    this.#at = { row: within(this.#at.row + down), column: within(this.#at.column + right) };
    this.#showPixel();
    this.#announcer.say(this.#find("pixel").textContent);
  }

  #showPixel() {
    const { row, column } = this.#at;
    const value = this.#bitmap[row * SIZE + column];
    this.#find("pixel").textContent = `row ${row}, column ${column}: ${value}`;
    this.#find("pixel-as").textContent = `${value} / 255 = ${(value / INK).toFixed(4)}`;
  }
}

/** @param {Stroke[]} strokes @param {boolean} withBox */
function drawn(strokes, withBox) {
  const path = svg("path", { d: strokes.length ? toPath(strokes) : "" });
  if (!withBox || !strokes.length) return [path];
  const { left, top, right, bottom } = boundsOf(followCurves(strokes));
  const box = { x: left, y: top, width: Math.max(right - left, 1), height: Math.max(bottom - top, 1) };
  return [path, svg("rect", box)];
}

/** @param {Float64Array} gray */
function offCenter(gray) {
  const [x, y] = centerOfMass(gray);
  /** @param {number} value @param {string} less @param {string} more */
  const move = (value, less, more) => `${Math.abs(SIZE / 2 - value).toFixed(1)} ${value > SIZE / 2 ? less : more}`;
  return `moved ${move(x, "left", "right")}, ${move(y, "up", "down")}`;
}

/** Shows the pixels of the address on the pad until something is drawn. */
export class PaintedPixels {
  #canvas;
  #pad;
  #input;
  #view;

  /** @param {HTMLCanvasElement} canvas on the pad @param {HTMLElement} pad @param {DrawingInput} input */
  constructor(canvas, pad, input) {
    this.#canvas = canvas;
    this.#pad = pad;
    this.#input = input;
    this.#view = new BitmapView(canvas);
    input.on("inputchanged", () => this.#show());
  }

  #show() {
    const isPainted = this.#input.mode === "pixels" && !this.#input.isEmpty;
    this.#canvas.hidden = !isPainted;
    this.#pad.toggleAttribute("data-painted-on", isPainted);
    if (isPainted) this.#view.show(this.#input.bitmap);
  }
}
