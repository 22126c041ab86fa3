/** A drawing of somebody else to judge: can it be read as the asked digit? Tells `voted` with {id, counts}. */

import { article } from "../../room/words.js";
import { inkPicture } from "./inkpicture.js";

const SETTLE = 700; // milliseconds for which no vote counts after another drawing has come under the finger

export class Ballot extends EventTarget {
  #element;
  #waiting = [];
  #settling = 0; // a timer
  #done = new Map(); // drawings that were judged here, by id; the server may not know it yet

  /** @param {HTMLElement} element holds `[data-candidate]`, `[data-question]`, `[data-yes]`, `[data-no]`, `[data-more]` */
  constructor(element) {
    super();
    this.#element = element;
    this.#find("[data-yes]").addEventListener("click", () => this.#judge(true));
    this.#find("[data-no]").addEventListener("click", () => this.#judge(false));
  }

  /** @param {object[]} drawings that this phone has not judged */
  show(drawings) {
    const before = this.#waiting[0]?.id;
    this.#waiting = drawings.filter(({ id }) => !this.#done.has(id));
    // The one in view stays in view while it is wanted, wherever it stands in the list.
    const same = this.#waiting.findIndex(({ id }) => id === before);
    if (same > 0) this.#waiting.unshift(...this.#waiting.splice(same, 1));
    if (this.#waiting[0]?.id !== before || !before) this.#draw();
    if (before && this.#waiting.length && this.#waiting[0].id !== before) this.#settle();
    this.#count();
  }

  /** The vote could not be cast: it may be cast again, after those that wait already. */
  takeBack(id) {
    const drawing = this.#done.get(id);
    if (!this.#done.delete(id)) return;
    this.show([...this.#waiting, drawing]);
  }

  #judge(counts) {
    if (this.#settling) return; // aimed at the drawing before
    const drawing = this.#waiting.shift();
    if (!drawing) return;
    this.#done.set(drawing.id, drawing);
    this.#draw();
    this.#count();
    this.dispatchEvent(new CustomEvent("voted", { detail: { id: drawing.id, counts } }));
  }

  #settle() {
    clearTimeout(this.#settling);
    this.#settling = setTimeout(() => {
      this.#settling = 0;
      this.#mark();
    }, SETTLE);
    this.#mark();
  }

  #mark() {
    for (const hook of ["[data-yes]", "[data-no]"]) this.#find(hook).setAttribute("aria-disabled", String(this.#settling > 0));
  }

  #draw() {
    const [drawing] = this.#waiting;
    this.#element.hidden = !drawing;
    if (!drawing) return;
    this.#element.dataset.drawing = drawing.id;
    const question = `Can you read ${article(drawing.label)} ${drawing.label} here?`;
    this.#find("[data-question]").textContent = question;
    this.#find("[data-candidate]").replaceChildren(inkPicture(drawing.strokes, "a drawing by somebody in the room"));
  }

  #count() {
    const more = this.#waiting.length - 1;
    this.#find("[data-more]").textContent = more > 0 ? `${more} more` : "";
  }

  #find(hook) {
    return this.#element.querySelector(hook);
  }
}
