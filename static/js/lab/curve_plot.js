/** One plot: curves of training (solid) and validation (dashed) over the epochs. */

import { Emitter, svg } from "../core/browser.js";
import { epochTicks, isNumber, lastOf, shareOf } from "./scale.js";

/** @import { Axis } from "./scale.js" */

const LEFT = 4; // rem, for the numbers of the vertical axis
const BOTTOM = 1.9; // rem, for the numbers of the epochs
const TOP = 0.7; // rem
const RIGHT = 0.9; // rem
const TICK_WIDTH = 4; // rem from tick to tick at least
const FEW = 40; // validations, of which each is marked

/**
 * @typedef {{
 *   training: 2|3, validation: 4|5, write: (value: number|null) => string, format: (value: number) => string,
 *   axisOf: (curves: LabCurve[], isClose: boolean) => Axis,
 * }} PlotKind columns of LabPoint, how a value and a tick are written, and how the vertical axis is made
 */

/**
 * Draws in pixels of the page, so that its type has the size of the page's. `pointed` carries the epoch under the pointer.
 *
 * @extends {Emitter<{pointed: number|null}>}
 */
export class CurvePlot extends Emitter {
  #picture;
  #kind;
  /** @type {LabCurve[]} */
  #curves = [];
  #isClose = false;
  /** @type {number|null} */
  #pointed = null;
  #size = { width: 0, height: 0, rem: 16 };

  /** @param {SVGElement} picture @param {PlotKind} kind */
  constructor(picture, kind) {
    super();
    this.#picture = picture;
    this.#kind = kind;
    new ResizeObserver(() => this.#resize()).observe(picture);
    picture.addEventListener("pointermove", ({ clientX }) => {
      this.emit("pointed", this.#epochAt(clientX - picture.getBoundingClientRect().left));
    });
    picture.addEventListener("pointerleave", () => this.emit("pointed", null));
  }

  /** @param {LabCurve[]} curves the present one first @param {boolean} isClose @param {number|null} pointed epoch */
  show(curves, isClose, pointed) {
    this.#curves = curves;
    this.#isClose = isClose;
    this.#pointed = pointed;
    this.#draw();
  }

  #resize() {
    const { width, height } = this.#picture.getBoundingClientRect();
    const rem = Number.parseFloat(getComputedStyle(document.documentElement).fontSize);
    this.#size = { width, height, rem };
    this.#draw();
  }

  get #epochs() {
    return Math.max(1, ...this.#curves.map(({ epochs }) => epochs));
  }

  get #frame() {
    const { width, height, rem } = this.#size;
    return { left: LEFT * rem, top: TOP * rem, width: width - (LEFT + RIGHT) * rem, height: height - (TOP + BOTTOM) * rem };
  }

  /** @param {number} x pixels @returns {number|null} */
  #epochAt(x) {
    const { left, width } = this.#frame;
    const share = (x - left) / width;
    return share < 0 || share > 1 ? null : share * this.#epochs;
  }

  #draw() {
    const { left, top, width, height } = this.#frame;
    if (width <= 0 || height <= 0) return;
    const axis = this.#kind.axisOf(this.#curves, this.#isClose);
    /** @param {number} epoch */
    const x = (epoch) => (epoch / this.#epochs) * width;
    /** @param {number} value */
    const y = (value) => (1 - shareOf(axis, value)) * height;
    const area = svg("svg", { class: "plot__area", x: left, y: top, width, height });
    for (const curve of [...this.#curves].reverse()) area.append(...this.#lines(curve, x, y)); // the present one on top
    if (this.#pointed !== null) area.append(svg("path", { class: "plot__pointer", d: `M${x(this.#pointed)} 0V${height}` }));
    this.#picture.replaceChildren(...this.#axes(axis, x, y), area);
  }

  /** @param {Axis} axis @param {(epoch: number) => number} x @param {(value: number) => number} y */
  #axes(axis, x, y) {
    const { left, top, width, height } = this.#frame;
    const { rem } = this.#size;
    const rows = axis.ticks.map((tick) => ({ at: top + y(tick), text: this.#kind.format(tick) }));
    const columns = epochTicks(this.#epochs, Math.max(2, Math.floor(width / (TICK_WIDTH * rem))));
    const lines = rows.map(({ at }) => `M${left} ${at.toFixed(1)}h${width}`).join("");
    return [
      svg("path", { class: "plot__grid", d: lines }),
      svg("path", { class: "plot__base", d: `M${left} ${top + height}h${width}` }),
      ...rows.map(({ at, text }) => write("plot__tick plot__tick--row", left - 0.5 * rem, at + 0.35 * rem, text)),
      write("plot__tick plot__tick--row plot__unit", left - 0.5 * rem, top + height + 1.4 * rem, "epoch"),
      ...columns.map((epoch) => write("plot__tick", left + x(epoch), top + height + 1.4 * rem, epoch === 0 ? "0" : String(epoch))),
    ];
  }

  /** @param {LabCurve} curve @param {(epoch: number) => number} x @param {(value: number) => number} y */
  #lines({ points, hue, isFailed }, x, y) {
    const { training, validation } = this.#kind;
    const validated = points.filter((point) => isNumber(point[validation]));
    const marks = validated.length <= FEW ? validated : [];
    const last = lastOf(points, (point) => isNumber(point[training]));
    const shapes = [
      svg("path", { class: "plot__line plot__line--validation", d: lineOf(validated, { training: validation, validation }, x, y) }),
      ...marks.map((point) => dot(x(point[1]), y(Number(point[validation])), 0.2 * this.#size.rem)),
      svg("path", { class: "plot__line", d: lineOf(points, this.#kind, x, y) }),
    ];
    if (last && isFailed) shapes.push(cross(x(last[1]), y(Number(last[training])), 0.45 * this.#size.rem));
    return [svg("g", { class: `plot__curve hue-${hue}` }, ...shapes)];
  }
}

/**
 * Return the `d` of the line of training. A point that has no number at all ends it; one with a validation alone is passed over.
 *
 * @param {LabPoint[]} points @param {{training: 2|3|4|5, validation: 4|5}} columns @param {(epoch: number) => number} x
 * @param {(value: number) => number} y
 */
export function lineOf(points, { training, validation }, x, y) {
  let path = "";
  let isOpen = false;
  for (const point of points) {
    const value = point[training];
    if (isNumber(value)) path += `${isOpen ? "L" : "M"}${x(point[1]).toFixed(1)} ${y(value).toFixed(1)}`;
    isOpen = isNumber(value) || (isOpen && isNumber(point[validation]));
  }
  return path;
}

/** @param {string} className @param {number} x @param {number} y @param {string} words */
function write(className, x, y, words) {
  const text = svg("text", { class: className, x: x.toFixed(1), y: y.toFixed(1), translate: "no" });
  text.textContent = words;
  return text;
}

/** @param {number} cx @param {number} cy @param {number} r */
function dot(cx, cy, r) {
  return svg("circle", { class: "plot__dot", cx: cx.toFixed(1), cy: cy.toFixed(1), r });
}

/** The end of a failed run. @param {number} x @param {number} y @param {number} r */
function cross(x, y, r) {
  const top = Math.max(y, r);
  return svg("path", { class: "plot__end", d: `M${x - r} ${top - r}L${x + r} ${top + r}M${x + r} ${top - r}L${x - r} ${top + r}` });
}
