/** The presenter's views for moderation: switches of the room, drawings that wait for approval, blocked people. */

import { element, Emitter, find } from "../core/browser.js";
import { count } from "../core/format.js";
import { plainButton } from "./tiles.js";
import { SlotGrid } from "./wall_grid.js";

const SLOTS = 12; // drawings that wait and are shown
const LOOK_TIME = 700; // milliseconds to see what has taken a decided drawing's place

/**
 * A button for something of the room that is on or off.
 *
 * @extends {Emitter<{wanted: boolean}>}
 */
export class RoomSwitch extends Emitter {
  #button;
  #texts;
  #isOn = false;

  /** @param {HTMLElement} button @param {{on: string, off: string}} texts of the button while on and off */
  constructor(button, texts) {
    super();
    this.#button = button;
    this.#texts = texts;
    button.addEventListener("click", () => this.emit("wanted", !this.#isOn));
  }

  /** @param {boolean} isOn */
  show(isOn) {
    this.#isOn = isOn;
    this.#button.setAttribute("aria-pressed", String(isOn));
    this.#button.textContent = isOn ? this.#texts.on : this.#texts.off;
  }
}

/**
 * The oldest drawings that wait. None moves; one that takes the place of a decided one cannot be decided at once, since a
 * second press on a slow server's button was for the one before.
 *
 * @extends {Emitter<{decided: {drawing: Drawing, isApproved: boolean}, allwanted: void}>}
 */
export class PendingPart extends Emitter {
  #part;
  #grid;
  /** @type {Map<string, Drawing>} by id */
  #shown = new Map();
  /** @type {Map<string, number>} by id, the time since when a drawing is in the place of another one */
  #since = new Map();

  /** @param {HTMLElement} part holds `[data-pending-list]`, `[data-pending-count]` and `[data-approve-all]` */
  constructor(part) {
    super();
    this.#part = part;
    this.#grid = new SlotGrid(find("[data-pending-list]", part), (tile) => [
      plainButton("Approve", () => this.#decide(tile().drawing, true)),
      plainButton("Hide", () => this.#decide(tile().drawing, false)),
    ]);
    this.#grid.resize(SLOTS);
    find("[data-approve-all]", part).addEventListener("click", () => this.emit("allwanted"));
  }

  /** @param {Moderation} moderation */
  show({ pending, pending_count: number }) {
    const waiting = new Map(pending.map((drawing) => [drawing.id, drawing]));
    /** @type {Gone[]} */
    const gone = [...this.#shown.keys()].filter((id) => !waiting.has(id)).map((id) => ({ id, gone: true }));
    for (const { id } of gone) this.#shown.delete(id);
    const added = pending.filter(({ id }) => !this.#shown.has(id)).slice(0, SLOTS - this.#shown.size);
    for (const drawing of added) this.#shown.set(drawing.id, drawing);
    this.#since = new Map(gone.length ? added.map(({ id }) => [id, performance.now()]) : []);
    if (gone.length || added.length) this.#grid.take([...gone, ...added]);
    find("[data-pending-count]", this.#part).textContent = number > this.#shown.size ? `${number} in all, the oldest first` : "";
    this.#part.hidden = number === 0;
  }

  /** @param {Drawing|null} drawing @param {boolean} isApproved */
  #decide(drawing, isApproved) {
    if (!drawing) return;
    const isUnseen = performance.now() - (this.#since.get(drawing.id) ?? -Infinity) < LOOK_TIME;
    if (!isUnseen) this.emit("decided", { drawing, isApproved });
  }
}

/**
 * The people from whom nothing is taken. `unblockwanted` carries the id of a participant.
 *
 * @extends {Emitter<{unblockwanted: string}>}
 */
export class BlockedPart extends Emitter {
  #part;
  #shown = "";

  /** @param {HTMLElement} part holds `[data-blocked-list]` */
  constructor(part) {
    super();
    this.#part = part;
  }

  /** @param {Moderation} moderation */
  show({ blocked }) {
    if (JSON.stringify(blocked) === this.#shown) return; // the focus stays on its button
    this.#shown = JSON.stringify(blocked);
    find("[data-blocked-list]", this.#part).replaceChildren(...blocked.map((person) => this.#item(person)));
    this.#part.hidden = blocked.length === 0;
  }

  /** @param {BlockedPerson} person */
  #item({ id, name, drawings }) {
    const undo = plainButton("Unblock", () => this.emit("unblockwanted", id));
    undo.setAttribute("aria-label", `Unblock ${name}: show their drawings again`);
    const words = element("span.presenter__muted", {}, `${count(drawings, "drawing")} hidden, new ones rejected`);
    return element("li.blocked__person", {}, element("b", { dir: "auto", translate: "no" }, name), words, undo);
  }
}
