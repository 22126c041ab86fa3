/** What the network gets, and whether a network without hidden layers is the sum of two halves. */

import { element, svg } from "../core/browser.js";
import { boundsOf, centreOfMass, draw, fitToBox, SIZE, toBitmap, toLines, toPath } from "../ink/bitmap.js";
import { format } from "./numbers.js";
import { paint } from "./palette.js";

const INK = 255;

/** Step 1, what the network gets: the path from the ink to 28x28 numbers, as pictures. */
export class InputView {
  #element;
  #find;
  #bitmap = new Uint8Array(SIZE * SIZE);
  #at = { row: 14, column: 14 };
  #announcer;

  /**
   * @param {HTMLElement} element holds the figures; tells `plainchosen` with true or false as detail
   * @param {Announcer} announcer
   */
  constructor(element, announcer) {
    this.#element = element;
    this.#announcer = announcer;
    this.#find = (hook) => element.querySelector(`[data-${hook}]`);
    const pixels = this.#find("pixels");
    pixels.addEventListener("pointermove", (event) => this.#point(event));
    pixels.addEventListener("pointerdown", (event) => this.#point(event));
    pixels.addEventListener("keydown", (event) => this.#step(event));
    this.#find("plain").addEventListener("change", ({ target }) => {
      element.dispatchEvent(new CustomEvent("plainchosen", { detail: target.checked }));
    });
  }

  /**
   * @param {number[][][]} strokes empty where pixels were painted
   * @param {Uint8Array} bitmap what the network gets
   */
  show(strokes, bitmap, isPlain) {
    this.#bitmap = bitmap;
    this.#find("plain").checked = isPlain;
    this.#element.toggleAttribute("data-without-normalisation", isPlain);
    this.#find("drawn").replaceChildren(...drawn(strokes, false));
    this.#find("boxed").replaceChildren(...drawn(strokes, true));
    const fitted = strokes.length ? draw(toLines(fitToBox(strokes))) : new Float64Array(SIZE * SIZE);
    paint(this.#find("fitted"), fitted, SIZE, 1);
    paint(this.#find("centred"), strokes.length ? toBitmap(strokes) : bitmap, SIZE, INK);
    this.#find("off-centre").textContent = strokes.length ? offCentre(fitted) : "";
    paint(this.#find("pixels"), bitmap, SIZE, INK);
    this.#emit();
  }

  #point({ offsetX, offsetY, target }) {
    const place = (offset, length) => Math.min(Math.max(Math.floor((offset / length) * SIZE), 0), SIZE - 1);
    this.#at = { row: place(offsetY, target.clientHeight), column: place(offsetX, target.clientWidth) };
    this.#emit();
  }

  #step(event) {
    const steps = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };
    if (!(event.key in steps)) return;
    event.preventDefault();
    const [down, right] = steps[event.key];
    const within = (value) => Math.min(Math.max(value, 0), SIZE - 1);
    this.#at = { row: within(this.#at.row + down), column: within(this.#at.column + right) };
    this.#emit();
    this.#announcer.say(this.#find("pixel").textContent);
  }

  #emit() {
    const { row, column } = this.#at;
    const value = this.#bitmap[row * SIZE + column];
    this.#find("pixel").textContent = `row ${row}, column ${column}: ${value}`;
    this.#find("pixel-as").textContent = `${value} / 255 = ${(value / INK).toFixed(4)}`;
  }
}

function drawn(strokes, withBox) {
  const path = svg("path", { d: strokes.length ? toPath(strokes) : "" });
  if (!withBox || !strokes.length) return [path];
  const { left, top, right, bottom } = boundsOf(strokes);
  const box = { x: left, y: top, width: Math.max(right - left, 1), height: Math.max(bottom - top, 1) };
  return [path, svg("rect", box)];
}

function offCentre(grey) {
  const [x, y] = centreOfMass(grey);
  const move = (value, less, more) => `${Math.abs(SIZE / 2 - value).toFixed(1)} ${value > SIZE / 2 ? less : more}`;
  return `moved ${move(x, "left", "right")}, ${move(y, "up", "down")}`;
}

const ROUNDING = 1e-3; // of float32 sums

/** A table that shows for each model whether its logit of two halves of the ink adds up to that of the whole. */
export class Halves {
  #table;
  #body;

  /** @param {HTMLElement} body of the table */
  constructor(body) {
    this.#body = body;
    this.#table = body.closest("table");
    this.clear();
  }

  /** @param {object[]} halves of /api/halves */
  show(halves) {
    this.#body.replaceChildren(...halves.map(rowOf));
    this.#table.hidden = false;
  }

  clear() {
    this.#body.replaceChildren();
    this.#table.hidden = true;
  }
}

function rowOf({ model, apart, whole }) {
  const difference = whole - apart;
  const verdict = Math.abs(difference) < ROUNDING ? "none: linear" : `${format(difference, 2)}: not linear`;
  const cells = [format(apart, 2), format(whole, 2), verdict].map((text) => element("td", {}, text));
  return element("tr", {}, element("th", { scope: "row" }, model), ...cells);
}
