/** The one pointer that draws on an element; a second finger and a resting palm are let be. */

import { mayDraw } from "../ink/contact.js";

const LEFT_BUTTON_HELD = 1; // bit of PointerEvent.buttons

export class Hand {
  #element;
  #does;
  #active = null; // the pointerdown of the pointer that draws
  #penSeen = -Infinity; // milliseconds, in the time of events

  /**
   * @param {HTMLElement} element keeps touches to itself (`touch-action: none`)
   * @param {{begin, move, end, drop}} does what happens: `begin` with a pointerdown, `move` with a list of pointer
   *   events, `end` when the pointer is up or lost, `drop` when what was begun was a resting hand
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
    if (this.#active) this.#does.drop();
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
