/** The pad: shows ink, and turns pointer input into ink. */

import { contextOf, element, followTheme } from "../core/browser.js";
import { boundsOf, piecesOf } from "../ink/curve.js";
import { PAD_UNITS, PEN_WIDTH } from "../ink/ink.js";

/** @import { Ink } from "../ink/ink.js" */
/** @import { DrawingInput, Pixels } from "../ink/input.js" */

/**
 * Draws ink on two stacked canvases, sharp at any size and devicePixelRatio. The lower one keeps the final pieces, the
 * upper one shows the last piece, which the next point changes. So the cost of a frame does not grow with the stroke.
 */
export class Pad {
  #element;
  #ink;
  #lower;
  #upper;
  #final = 0; // pieces of the current stroke on the lower canvas
  #frame = 0;

  /** @param {HTMLElement} element its `color` is the ink's @param {Ink} ink */
  constructor(element, ink) {
    this.#element = element;
    this.#ink = ink;
    this.#lower = addCanvas(element);
    this.#upper = addCanvas(element);
    ink.on("strokestarted", () => this.#start());
    ink.on("strokeextended", () => this.#schedule());
    ink.on("strokeended", () => this.#redraw());
    ink.on("inkreplaced", () => this.#redraw());
    ink.on("inkchanged", () => this.#markInked());
    new ResizeObserver(() => this.#resize()).observe(element);
    followTheme(() => this.#recolor());
    this.#followPixelRatio();
  }

  #start() {
    this.#final = 0;
    this.#schedule();
  }

  #schedule() {
    this.#frame ||= requestAnimationFrame(() => {
      this.#frame = 0;
      this.#drawNew();
    });
  }

  /** Draw the points since the last frame. */
  #drawNew() {
    const points = this.#ink.strokes.at(-1);
    if (!points) return;
    const pieces = piecesOf(points, this.#final + 1);
    drawPieces(this.#lower, pieces.slice(0, -1));
    this.#final += pieces.length - 1;
    clear(this.#upper);
    drawPieces(this.#upper, pieces.slice(-1));
  }

  #redraw() {
    cancelAnimationFrame(this.#frame);
    this.#frame = 0;
    clear(this.#lower);
    clear(this.#upper);
    for (const points of this.#ink.strokes) drawPieces(this.#lower, piecesOf(points));
    this.#final = 0;
  }

  #markInked() {
    this.#element.toggleAttribute("data-inked", !this.#ink.isEmpty);
  }

  #resize() {
    const side = Math.round(this.#element.clientWidth * devicePixelRatio);
    if (side === 0) return; // hidden: keep the drawing, so nothing flashes when it is shown again
    for (const context of [this.#lower, this.#upper]) prepare(context, side);
    this.#recolor();
  }

  #recolor() {
    const { color } = getComputedStyle(this.#element);
    for (const context of [this.#lower, this.#upper]) Object.assign(context, { strokeStyle: color, fillStyle: color });
    this.#redraw();
  }

  /** Zooming or moving to another screen changes the pixel ratio, but not always the size. */
  #followPixelRatio() {
    const query = matchMedia(`(resolution: ${devicePixelRatio}dppx)`);
    query.addEventListener("change", () => {
      this.#resize();
      this.#followPixelRatio();
    }, { once: true });
  }
}

/** @param {HTMLElement} element */
function addCanvas(element) {
  const canvas = document.createElement("canvas");
  canvas.className = "pad__canvas";
  element.append(canvas);
  return contextOf(canvas);
}

/** @param {CanvasRenderingContext2D} context @param {number} side pixels */
function prepare(context, side) {
  context.canvas.width = side;
  context.canvas.height = side;
  context.scale(side / PAD_UNITS, side / PAD_UNITS);
  context.lineWidth = PEN_WIDTH;
  context.lineCap = "round";
  context.lineJoin = "round";
}

/** @param {CanvasRenderingContext2D} context */
function clear(context) {
  context.clearRect(0, 0, PAD_UNITS, PAD_UNITS);
}

/**
 * Draw adjacent pieces as one line; round caps join the lines of different frames.
 *
 * @param {CanvasRenderingContext2D} context @param {Piece[]} pieces
 */
function drawPieces(context, pieces) {
  const last = pieces.at(-1);
  if (!last) return;
  context.beginPath();
  context.moveTo(...pieces[0].start);
  for (const { first, second, end } of pieces) context.bezierCurveTo(...first, ...second, ...end);
  context.stroke();
  drawDot(context, last.end);
}

/** Canvases skip lines of length 0, such as a tap. @param {CanvasRenderingContext2D} context @param {Point} point */
function drawDot(context, [x, y]) {
  context.beginPath();
  context.arc(x, y, PEN_WIDTH / 2, 0, 2 * Math.PI);
  context.fill();
}

const JITTER = 3; // CSS pixels that a tap may move

/** Turns pointer events on the pad into ink. */
export class InkRecorder {
  #element;
  #ink;

  /** @param {HTMLElement} element @param {Ink} ink */
  constructor(element, ink) {
    this.#element = element;
    this.#ink = ink;
    new PointerInput(element, ink, {
      begin: (event) => (isEraser(event) ? ink.erase([this.#pointOf(event)]) : ink.begin(this.#pointOf(event))),
      move: (events) => ink[isEraser(events[0]) ? "erase" : "extend"](events.map((event) => this.#pointOf(event))),
      end: (contact) => this.#end(contact),
      mayRest: (event) => isAtEdge(this.#pointOf(event)),
    });
  }

  /** Replay the events of early_input.js; what they draw replaces ink that was not in view. @param {DrawingInput} input */
  replay(input) {
    const events = window.takeEarlyEvents?.() ?? [];
    if (events.length) input.replaceWith(() => this.#dispatch(events));
  }

  /** @param {EarlyEvent[]} events */
  #dispatch(events) {
    const box = this.#element.getBoundingClientRect();
    for (const { kind, x, y, init } of events) {
      const place = { clientX: box.left + x * box.width, clientY: box.top + y * box.height };
      this.#element.dispatchEvent(new PointerEvent(kind, { ...init, ...place, cancelable: true }));
    }
  }

  /** @param {PointerEvent} event */
  #pointOf(event) {
    return unitsIn(this.#element.getBoundingClientRect(), event);
  }

  /** Keep the stroke, unless it is a stray dot of a finger. @param {Contact} contact */
  #end({ start, isStill }) {
    if (isStill && isStray(this.#pointOf(start), this.#ink.strokes.slice(0, -1))) this.#ink.cancel();
    else this.#ink.end((JITTER / this.#element.clientWidth) * PAD_UNITS);
  }
}

/**
 * @param {{left: number, top: number, width: number, height: number}} box in CSS pixels
 * @param {PointerEvent} event
 * @returns {Point} in pad units, to a tenth; 0 to 1000 in the box
 */
export function unitsIn({ left, top, width, height }, { clientX, clientY }) {
  /** @param {number} share */
  const toUnits = (share) => Math.round(share * PAD_UNITS * 10) / 10;
  return [toUnits((clientX - left) / width), toUnits((clientY - top) / height)];
}

const EDGE = 150; // pad units
const FAR = 200; // pad units between a stray dot and the box around the lines of a drawing

/** @param {Point} point @returns {boolean} whether a thumb or palm may rest there */
export function isAtEdge([x, y]) {
  return Math.min(x, y, PAD_UNITS - x, PAD_UNITS - y) <= EDGE;
}

/**
 * @param {Point} dot
 * @param {Stroke[]} strokes the other ones; before the first line, a dot at the edge is stray
 * @returns {boolean} whether the dot is no part of the drawing
 */
function isStray([x, y], strokes) {
  const lines = strokes.filter(({ length }) => length > 1);
  if (lines.length === 0) return isAtEdge([x, y]);
  const { left, top, right, bottom } = boundsOf(lines);
  return Math.hypot(Math.max(left - x, x - right, 0), Math.max(top - y, y - bottom, 0)) > FAR;
}

const DRAWING_BUTTONS = [0, 5]; // PointerEvent.button: left, finger or pen tip; eraser
// Bits of PointerEvent.buttons.
const LEFT_HELD = 1;
const BARREL_HELD = 2;
const ERASER_HELD = 32;

/** @param {PointerEvent} event @returns {boolean} whether it comes from the eraser of a pen */
export function isEraser({ buttons }) {
  return (buttons & ERASER_HELD) !== 0;
}

const REST = 12; // CSS pixels that a resting thumb or palm may move
const LONGEST_TAP = 1000; // milliseconds; a touch that stays longer without moving rests

/** A pointer that is down. */
export class Contact {
  #hasMoved = false; // farther than REST
  /** @type {PointerEvent[]} */
  undrawn = []; // moves

  /** @param {PointerEvent} event its pointerdown */
  constructor(event) {
    this.start = event;
  }

  /** @returns {boolean} whether it is a touch that has not moved yet: a tap, or a thumb or palm */
  get isStill() {
    return this.start.pointerType === "touch" && !this.#hasMoved;
  }

  /** @param {number} time timeStamp of an event */
  isRestingAt(time) {
    return this.isStill && time - this.start.timeStamp > LONGEST_TAP;
  }

  /** @param {PointerEvent[]} events */
  add(events) {
    const { clientX, clientY } = this.start;
    this.#hasMoved ||= events.some((event) => Math.hypot(event.clientX - clientX, event.clientY - clientY) > REST);
    this.undrawn.push(...events);
  }
}

/**
 * @typedef {object} PointerHandlers
 * @property {(event: PointerEvent) => void} begin
 * @property {(events: PointerEvent[]) => void} move
 * @property {(contact: Contact) => void} end the pointer is up or lost
 * @property {(event: PointerEvent) => boolean} mayRest whether a finger may rest where it touches the element
 */

/**
 * Tracks the one pointer that draws on an element; ignores a second finger, a resting thumb and a palm.
 *
 * Where a finger may rest, it draws as soon as it moves or, after a tap, is lifted. Meanwhile another one may draw
 * instead. The barrel button of a pen undoes.
 */
export class PointerInput {
  #element;
  #store;
  #handlers;
  #label;
  /** @type {Contact|null} that draws */
  #active = null;
  /** @type {Map<number, Contact>} touches that may rest, by pointerId */
  #waiting = new Map();
  #penSeen = -Infinity; // timeStamp of the last pen event
  #isBarrelHeld = false;

  /** @param {HTMLElement} element with `touch-action: none` @param {Ink|Pixels} store @param {PointerHandlers} handlers */
  constructor(element, store, handlers) {
    this.#element = element;
    this.#store = store;
    this.#handlers = handlers;
    this.#label = new ActionLabel(element);
    element.addEventListener("pointerdown", (event) => this.#down(event));
    element.addEventListener("pointermove", (event) => this.#move(event));
    for (const name of /** @type {const} */ (["pointerup", "pointercancel", "lostpointercapture"])) {
      element.addEventListener(name, (event) => this.#up(event));
    }
    element.addEventListener("contextmenu", (event) => event.preventDefault()); // a long press is a slow stroke
    element.addEventListener("dragstart", (event) => event.preventDefault());
  }

  /** @param {PointerEvent} event */
  #down(event) {
    if (this.#notePen(event)) return this.#undo();
    const active = this.#active?.isRestingAt(event.timeStamp) ? null : this.#active;
    if (!mayDraw(event, active?.start ?? null, event.timeStamp - this.#penSeen)) return;
    event.preventDefault(); // no text selection, no emulated mouse events
    const contact = new Contact(event);
    if (contact.isStill && this.#handlers.mayRest(event)) this.#waiting.set(event.pointerId, contact);
    else this.#activate(contact);
  }

  /** @param {PointerEvent} event */
  #move(event) {
    if (this.#notePen(event)) return this.#undo();
    const contact = this.#contactOf(event);
    if (!contact) return;
    if (isReleasedMouse(event)) return this.#finish(contact);
    const events = event.getCoalescedEvents?.() ?? []; // missing on plain http
    contact.add(events.length ? events : [event]);
    if (contact.isStill && isWide(event)) this.#drop(contact); // a palm lands with a small contact
    else if (contact === this.#active) this.#draw(contact);
    else if (!contact.isStill) this.#activate(contact);
  }

  /** @param {PointerEvent} event */
  #up(event) {
    this.#notePen(event);
    const contact = this.#contactOf(event);
    if (!contact) return;
    const isCanceled = event.type === "pointercancel" && contact.isStill; // the system found a palm
    const isTap = !this.#active && !contact.isRestingAt(event.timeStamp);
    if (isTap && !isCanceled) this.#activate(contact);
    if (contact === this.#active && !isCanceled) this.#finish(contact);
    else this.#drop(contact);
  }

  /** @param {PointerEvent} event */
  #contactOf({ pointerId }) {
    return this.#active?.start.pointerId === pointerId ? this.#active : this.#waiting.get(pointerId);
  }

  /** Let a pointer draw; touches that have rested until now go on resting. @param {Contact} contact */
  #activate(contact) {
    if (this.#active) this.#store.cancel();
    this.#active = contact;
    this.#waiting.clear();
    this.#capture(contact.start.pointerId);
    if (isEraser(contact.start)) this.#label.show("Eraser");
    this.#handlers.begin(contact.start);
    this.#draw(contact);
  }

  /** @param {Contact} contact */
  #draw(contact) {
    if (!contact.isStill) this.#waiting.clear();
    const events = contact.undrawn.splice(0);
    if (events.length) this.#handlers.move(events);
  }

  /** @param {Contact} contact */
  #finish(contact) {
    this.#active = null;
    this.#handlers.end(contact);
  }

  /** @param {Contact} contact */
  #drop(contact) {
    this.#waiting.delete(contact.start.pointerId);
    if (contact !== this.#active) return;
    this.#active = null;
    this.#store.cancel();
  }

  #undo() {
    this.#label.show(this.#store.canUndo ? "Undone" : "Nothing to undo");
    this.#store.undo();
  }

  /** @param {PointerEvent} event @returns {boolean} whether the barrel button of a pen has just been pressed */
  #notePen({ pointerType, timeStamp, buttons }) {
    if (pointerType !== "pen") return false;
    const wasHeld = this.#isBarrelHeld;
    this.#penSeen = timeStamp;
    this.#isBarrelHeld = (buttons & BARREL_HELD) !== 0;
    return this.#isBarrelHeld && !wasHeld;
  }

  /** @param {number} pointerId */
  #capture(pointerId) {
    try {
      this.#element.setPointerCapture(pointerId);
    } catch {
      // The pointer is already gone; later events end its stroke.
    }
  }
}

/** With another button held, releasing the left one is a pointermove. @param {PointerEvent} event */
function isReleasedMouse(event) {
  return event.pointerType === "mouse" && !(event.buttons & LEFT_HELD);
}

const LABEL_TIME = 2000; // milliseconds

/** Says what a pen just did, on the element and to screen readers. */
class ActionLabel {
  #element;
  #status = element("p.visually-hidden", { role: "status" });
  #timer = 0;

  /** @param {HTMLElement} element */
  constructor(element) {
    this.#element = element;
    document.body.append(this.#status);
  }

  /** @param {string} text "" hides it */
  show(text) {
    clearTimeout(this.#timer);
    this.#element.dataset.action = text; // pad.css shows it
    this.#status.textContent = text;
    if (text) this.#timer = setTimeout(() => this.show(""), LABEL_TIME);
  }
}

const WIDEST_FINGER = 70; // CSS pixels; a thumb pressed flat is about 50, a palm 80 and more
const PEN_MEMORY = 3000; // milliseconds after a pen event in which touches count as a palm

/**
 * @param {{pointerType: string, button: number, width: number, height: number}} pointer of a pointerdown
 * @param {{pointerType: string}|null} active the pointer that draws already
 * @param {number} sincePen milliseconds since the last pen event
 * @returns {boolean} whether the pointer may draw
 */
export function mayDraw(pointer, active, sincePen) {
  if (!DRAWING_BUTTONS.includes(pointer.button)) return false;
  if (active) return pointer.pointerType === "pen" && active.pointerType === "touch"; // that was the palm
  return pointer.pointerType !== "touch" || (sincePen >= PEN_MEMORY && !isWide(pointer));
}

/** @param {{width: number, height: number}} pointer @returns {boolean} whether it is as wide as a palm */
function isWide({ width, height }) {
  return Math.max(width, height) > WIDEST_FINGER;
}
