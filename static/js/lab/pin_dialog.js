/** A dialog that chooses the pinned digits: drawn on its pad, or drawings of the room. */

import { element, Emitter, find } from "../core/browser.js";
import { article } from "../core/format.js";
import { request } from "../core/server.js";
import { InkRecorder, Pad } from "../draw/pad.js";
import { Ink } from "../ink/ink.js";
import { inkPicture } from "../room/tiles.js";
import { errorOf } from "./commands.js";

const MOST = 5; // the next one takes the place of the first

/** @extends {Emitter<{pinned: LabDrawing[]}>} */
export class PinDialog extends Emitter {
  #dialog;
  #ink = new Ink();
  #isBusy = false;
  /** @type {LabOffer[]} */
  #pinned = [];

  /** @param {HTMLDialogElement} dialog */
  constructor(dialog) {
    super();
    this.#dialog = dialog;
    new Pad(find("[data-pad]", dialog), this.#ink);
    new InkRecorder(find("[data-pad]", dialog), this.#ink);
    find("[data-close]", dialog).addEventListener("click", () => dialog.close());
    find("[data-undo]", dialog).addEventListener("click", () => this.#ink.undo());
    find("[data-clear]", dialog).addEventListener("click", () => this.#ink.clear());
    find("[data-pin-it]", dialog).addEventListener("click", () => this.#pinDrawn());
    this.#ink.on("inkchanged", () => this.#enable());
    this.#enable();
  }

  /** Fetch what is pinned and what the room offers, and show it. */
  async open() {
    if (!this.#dialog.open) this.#dialog.showModal();
    /** @type {Reply<{pinned: LabOffer[], room: LabOffer[]}>} */
    const reply = await request("GET", "/api/lab/pinned");
    this.#say(errorOf(reply));
    if (reply.status !== 200) return;
    this.#showPinned(reply.body.pinned);
    find("[data-pins-none]", this.#dialog).hidden = reply.body.room.length > 0;
    find("[data-pins-room]", this.#dialog).replaceChildren(...reply.body.room.map((drawing, index) => this.#offer(drawing, index)));
  }

  #enable() {
    const { isEmpty, canUndo } = this.#ink;
    const isUsable = { "pin-it": !isEmpty, clear: !isEmpty, undo: canUndo };
    for (const [name, can] of Object.entries(isUsable)) find(`[data-${name}]`, this.#dialog).setAttribute("aria-disabled", String(!can));
  }

  async #pinDrawn() {
    if (this.#ink.isEmpty) return;
    const chosen = /** @type {HTMLInputElement|null} */ (this.#dialog.querySelector("[data-pin-label] input:checked"));
    const strokes = this.#ink.strokes;
    if (!(await this.#pin({ strokes, label: chosen ? Number(chosen.value) : null }))) return;
    this.#ink.clear();
    if (chosen) chosen.checked = false;
  }

  /** @param {LabOffer} drawing */
  #pin(drawing) {
    return this.#put([...this.#pinned, drawing].slice(-MOST));
  }

  /** @param {number} index */
  async #unpin(index) {
    await this.#put(this.#pinned.filter((_, each) => each !== index));
    /** @type {NodeListOf<HTMLElement>} */
    const buttons = this.#dialog.querySelectorAll("[data-pins-now] button");
    (buttons[Math.min(index, buttons.length - 1)] ?? find("[data-close]", this.#dialog)).focus();
  }

  /** @param {LabOffer[]} drawings @returns {Promise<boolean>} whether they are pinned */
  async #put(drawings) {
    if (this.#isBusy) return false;
    this.#isBusy = true;
    const body = { drawings: drawings.map(({ strokes, label }) => ({ strokes, label })) };
    /** @type {Reply<LabState>} */
    const reply = await request("PUT", "/api/lab/pinned", { body });
    this.#isBusy = false;
    const error = errorOf(reply);
    this.#say(error);
    if (error) return false;
    this.#showPinned(/** @type {LabOffer[]} */ (reply.body.pinned));
    this.emit("pinned", reply.body.pinned);
    return true;
  }

  /** @param {string} sentence */
  #say(sentence) {
    find("[role=alert]", this.#dialog).textContent = sentence;
  }

  /** @param {LabOffer[]} pinned */
  #showPinned(pinned) {
    this.#pinned = pinned;
    const items = pinned.map(({ strokes, label }, index) => {
      const button = element("button.button", { class: "button pins__unpin", type: "button", "aria-label": `Unpin ${nameOf(label)}, ${index + 1} of ${pinned.length}` }, "Unpin");
      button.addEventListener("click", () => this.#unpin(index));
      return element("li.pins__item", {}, inkPicture(strokes), element("b.pins__label", { translate: "no" }, String(label ?? "?")), button);
    });
    find("[data-pins-now]", this.#dialog).replaceChildren(...items);
  }

  /** @param {LabOffer} drawing @param {number} index */
  #offer(drawing, index) {
    const name = `Pin ${nameOf(drawing.label)}, drawing ${index + 1} of the room`;
    const button = element("button.pins__offer", { type: "button", "aria-label": name }, inkPicture(drawing.strokes));
    button.addEventListener("click", () => this.#pin(drawing));
    return element("li", {}, button);
  }
}

/** @param {number|null} label */
function nameOf(label) {
  return label === null ? "a digit without label" : `${article(label)} ${label}`;
}
