/** Turn what mouse, finger or pen do on the pad into ink. */

import { mayDraw } from "../ink/contact.js";
import { PAD_UNITS } from "../ink/ink.js";

const JITTER = 3; // CSS pixels; a tap trembles less than that
const MARGIN = 150; // pad units; a hand that slides off the pad goes on drawing up to here
const LEFT_BUTTON_HELD = 1; // bit of PointerEvent.buttons

export class Pen {
  #element;
  #ink;
  #active = null; // the pointerdown of the pointer that draws
  #penSeen = -Infinity; // milliseconds, in the time of events

  constructor(element, ink) {
    this.#element = element;
    this.#ink = ink;
    const listen = (name, handler) => element.addEventListener(name, handler);
    listen("pointerdown", (event) => this.#down(event));
    listen("pointermove", (event) => this.#move(event));
    listen("pointerup", (event) => this.#isActive(event) && this.#finish());
    listen("pointercancel", (event) => this.#isActive(event) && this.#finish());
    listen("lostpointercapture", (event) => this.#isActive(event) && this.#finish());
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
    if (this.#active) this.#ink.drop();
    this.#active = event;
    this.#capture(event.pointerId);
    this.#ink.begin(this.#pointOf(event));
  }

  #move(event) {
    this.#notice(event);
    if (!this.#isActive(event)) return;
    if (isReleasedMouse(event)) return this.#finish();
    const events = event.getCoalescedEvents?.() ?? []; // not there on plain http
    this.#ink.extend((events.length ? events : [event]).map((each) => this.#pointOf(each)));
  }

  #finish() {
    this.#active = null;
    this.#ink.end((JITTER / this.#element.clientWidth) * PAD_UNITS);
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

  #pointOf({ clientX, clientY }) {
    const box = this.#element.getBoundingClientRect();
    const toUnits = (pixels) => within((pixels / box.width) * PAD_UNITS);
    return [toUnits(clientX - box.left), toUnits(clientY - box.top)];
  }
}

/** With another button still held, letting go of the left one comes as a move. */
function isReleasedMouse(event) {
  return event.pointerType === "mouse" && !(event.buttons & LEFT_BUTTON_HELD);
}

/** Keep a coordinate near the pad, to a tenth of a unit: finer than any screen. */
function within(units) {
  return Math.round(Math.min(Math.max(units, -MARGIN), PAD_UNITS + MARGIN) * 10) / 10;
}
