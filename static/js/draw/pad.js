/** The pad: pointers draw strokes on it, a keyboard as well, and it shows them. */

import { pieceAt, tailOf } from "../ink/bitmap.js";
import { PAD_UNITS, PEN_WIDTH } from "../ink/ink.js";

const THEMES = ["(prefers-color-scheme: dark)", "(forced-colors: active)"];

/**
 * Draw the ink on the pad, sharp at any size and any devicePixelRatio.
 *
 * Two canvases lie on each other. What can no longer change is drawn once on the lower one; the upper one
 * holds only the last short piece up to the pen. So a frame costs the same at the end of a long stroke as at
 * its beginning, and it waits for nothing else.
 */
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

const LEFT_BUTTON_HELD = 1; // bit of PointerEvent.buttons

/** The one pointer that draws on an element; a second finger and a resting palm are let be. */
export class PointerInput {
  #element;
  #does;
  #active = null; // the pointerdown of the pointer that draws
  #penSeen = -Infinity; // milliseconds, in the time of events

  /**
   * @param {HTMLElement} element keeps touches to itself (`touch-action: none`)
   * @param {{begin, move, end, cancel}} does what happens: `begin` with a pointerdown, `move` with a list of pointer
   *   events, `end` when the pointer is up or lost, `cancel` when what was begun was a resting hand
   */
  constructor(element, does) {
    this.#element = element;
    this.#does = does;
    const listen = (name, handler) => element.addEventListener(name, handler);
    listen("pointerdown", (event) => this.#down(event));
    listen("pointermove", (event) => this.#move(event));
    for (const name of ["pointerup", "pointercancel", "lostpointercapture"]) {
      listen(name, (event) => this.#isActive(event) && this.#finish());
    }
    listen("contextmenu", (event) => event.preventDefault()); // a long press is a slow stroke
    listen("dragstart", (event) => event.preventDefault());
  }

  #isActive(event) {
    return this.#active?.pointerId === event.pointerId;
  }

  #down(event) {
    this.#notice(event);
    if (!mayDraw(event, this.#active, event.timeStamp - this.#penSeen)) return;
    event.preventDefault(); // no text selection, no mouse events after the touch
    if (this.#active) this.#does.cancel();
    this.#active = event;
    this.#capture(event.pointerId);
    this.#does.begin(event);
  }

  #move(event) {
    this.#notice(event);
    if (!this.#isActive(event)) return;
    if (isReleasedMouse(event)) return this.#finish();
    const events = event.getCoalescedEvents?.() ?? []; // not there on plain http
    this.#does.move(events.length ? events : [event]);
  }

  #finish() {
    this.#active = null;
    this.#does.end();
  }

  #notice(event) {
    if (event.pointerType === "pen") this.#penSeen = event.timeStamp;
  }

  #capture(pointerId) {
    try {
      this.#element.setPointerCapture(pointerId);
    } catch {
      // The pointer is gone already; its stroke ends with the events that still come.
    }
  }
}

/** With another button still held, letting go of the left one comes as a move. */
function isReleasedMouse(event) {
  return event.pointerType === "mouse" && !(event.buttons & LEFT_BUTTON_HELD);
}

const JITTER = 3; // CSS pixels; a tap trembles less than that
const MARGIN = 150; // pad units; a hand that slides off the pad goes on drawing up to here

/** Turn what mouse, finger or pen do on the pad into ink. */
export class Pen {
  #element;

  constructor(element, ink) {
    this.#element = element;
    new PointerInput(element, {
      begin: (event) => ink.begin(this.#pointOf(event)),
      move: (events) => ink.extend(events.map((event) => this.#pointOf(event))),
      end: () => ink.end((JITTER / element.clientWidth) * PAD_UNITS),
      drop: () => ink.drop(),
    });
  }

  #pointOf({ clientX, clientY }) {
    const box = this.#element.getBoundingClientRect();
    const toUnits = (pixels) => within((pixels / box.width) * PAD_UNITS);
    return [toUnits(clientX - box.left), toUnits(clientY - box.top)];
  }
}

/** Keep a coordinate near the pad, to a tenth of a unit: finer than any screen. */
function within(units) {
  return Math.round(Math.min(Math.max(units, -MARGIN), PAD_UNITS + MARGIN) * 10) / 10;
}

/** Which touch of the screen may draw: the first pointer does; a second finger or a resting palm does not. */

const WIDEST_FINGER = 70; // CSS pixels; a thumb pressed flat is about 50, a palm 80 and more
const PEN_MEMORY = 3000; // milliseconds after a pen was last seen in which touches are the resting hand
const LEFT_BUTTON = 0; // also a finger, and the tip of a pen

/**
 * @param {{pointerType: string, button: number, width: number, height: number}} contact a pointerdown
 * @param {{pointerType: string}|null} active the pointer that is drawing already
 * @param {number} sincePen milliseconds since a pen was last seen over the pad
 * @returns {boolean} whether the contact may start a stroke
 */
export function mayDraw(contact, active, sincePen) {
  if (contact.button !== LEFT_BUTTON) return false;
  if (active) return takesOver(contact, active);
  return contact.pointerType !== "touch" || !isPalm(contact, sincePen);
}

/** A pen that comes down while a touch is drawing: the touch was the hand that holds the pen. */
function takesOver(contact, active) {
  return contact.pointerType === "pen" && active.pointerType === "touch";
}

function isPalm(contact, sincePen) {
  return sincePen < PEN_MEMORY || Math.max(contact.width, contact.height) > WIDEST_FINGER;
}
