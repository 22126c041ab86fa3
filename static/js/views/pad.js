/**
 * Draw the ink on the pad, sharp at any size and any devicePixelRatio.
 *
 * Two canvases lie on each other. What can no longer change is drawn once on the lower one; the upper one
 * holds only the last short piece up to the pen. So a frame costs the same at the end of a long stroke as at
 * its beginning, and it waits for nothing else.
 */

import { PAD_UNITS, PEN_WIDTH } from "../ink/ink.js";
import { pieceAt, tailOf } from "../ink/smooth.js";

const THEMES = ["(prefers-color-scheme: dark)", "(forced-colors: active)"];

export class Pad {
  #element;
  #ink;
  #settled;
  #moving;
  #drawn = 0; // points of the stroke under way whose pieces are on the lower canvas
  #frame = 0;

  /** @param {HTMLElement} element holds the canvases; its `color` is the ink's */
  constructor(element, ink) {
    this.#element = element;
    this.#ink = ink;
    this.#settled = addCanvas(element);
    this.#moving = addCanvas(element);
    ink.addEventListener("strokestarted", () => this.#start());
    ink.addEventListener("strokeextended", () => this.#schedule());
    ink.addEventListener("strokeended", () => this.#redraw());
    ink.addEventListener("inkreplaced", () => this.#redraw());
    new ResizeObserver(() => this.#resize()).observe(element);
    THEMES.forEach((query) => matchMedia(query).addEventListener("change", () => this.#resize()));
    this.#followPixelRatio();
  }

  #start() {
    this.#drawn = 0;
    this.#markInked();
    this.#schedule();
  }

  #schedule() {
    this.#frame ||= requestAnimationFrame(() => {
      this.#frame = 0;
      this.#drawNew();
    });
  }

  /** Draw what the pen has added since the last frame. */
  #drawNew() {
    const points = this.#ink.strokes.at(-1);
    if (!points) return;
    const first = Math.max(this.#drawn, 1);
    drawPieces(this.#settled, piecesFrom(points, first));
    this.#drawn = points.length;
    wipe(this.#moving);
    drawPieces(this.#moving, [tailOf(points)]);
  }

  #redraw() {
    cancelAnimationFrame(this.#frame);
    this.#frame = 0;
    wipe(this.#settled);
    wipe(this.#moving);
    this.#ink.strokes.forEach((points) => drawPieces(this.#settled, [...piecesFrom(points, 1), tailOf(points)]));
    this.#drawn = 0;
    this.#markInked();
  }

  #markInked() {
    this.#element.toggleAttribute("data-inked", !this.#ink.isEmpty);
  }

  #resize() {
    const side = Math.round(this.#element.clientWidth * devicePixelRatio);
    if (side === 0) return; // hidden; what is drawn stays until it is seen again, so nothing flashes
    const colour = getComputedStyle(this.#element).color;
    for (const context of [this.#settled, this.#moving]) prepare(context, side, colour);
    this.#redraw();
  }

  /** A window that is zoomed, or moved to another screen, changes its pixel ratio but not always its size. */
  #followPixelRatio() {
    const query = matchMedia(`(resolution: ${devicePixelRatio}dppx)`);
    query.addEventListener("change", () => {
      this.#resize();
      this.#followPixelRatio();
    }, { once: true });
  }
}

function addCanvas(element) {
  const canvas = document.createElement("canvas");
  canvas.className = "pad__canvas";
  element.append(canvas);
  return canvas.getContext("2d");
}

function prepare(context, side, colour) {
  context.canvas.width = side;
  context.canvas.height = side;
  context.scale(side / PAD_UNITS, side / PAD_UNITS);
  context.lineWidth = PEN_WIDTH;
  context.lineCap = "round";
  context.lineJoin = "round";
  context.strokeStyle = colour;
  context.fillStyle = colour;
}

function wipe(context) {
  context.clearRect(0, 0, PAD_UNITS, PAD_UNITS);
}

/** @returns the pieces that the points from index `first` on made known */
function piecesFrom(points, first) {
  return points.slice(first).map((_, offset) => pieceAt(points, first + offset));
}

/** Draw neighbouring pieces as one line; its ends are round, so lines of different frames join smoothly. */
function drawPieces(context, pieces) {
  if (pieces.length === 0) return;
  context.beginPath();
  context.moveTo(...pieces[0].from);
  for (const { control, to } of pieces) context.quadraticCurveTo(...control, ...to);
  context.stroke();
  drawDot(context, pieces.at(-1).to);
}

/** Canvases leave out lines of no length, and a tap is one. */
function drawDot(context, [x, y]) {
  context.beginPath();
  context.arc(x, y, PEN_WIDTH / 2, 0, 2 * Math.PI);
  context.fill();
}
