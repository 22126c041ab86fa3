/** A dialog with inks to choose from, for whoever cannot draw. Tells `sampletaken` with its strokes as detail. */

import { toPath } from "../ink/smooth.js";

const SVG = "http://www.w3.org/2000/svg";
const VIEW = "-30 -30 1060 1060"; // pad units, with room for half a pen's width

export class Samples extends EventTarget {
  #dialog;
  #source;
  #isFilled = false;

  /** @param {HTMLDialogElement} dialog `data-source` is the address of the inks */
  constructor(dialog, opener) {
    super();
    this.#dialog = dialog;
    this.#source = dialog.dataset.source;
    opener.addEventListener("click", () => this.#open());
    dialog.querySelector("[data-close]").addEventListener("click", () => dialog.close());
    dialog.addEventListener("click", (event) => isBeside(dialog, event) && dialog.close());
  }

  async #open() {
    this.#dialog.showModal();
    if (this.#isFilled) return;
    this.#isFilled = true;
    const list = this.#dialog.querySelector("[data-list]");
    try {
      const samples = await (await fetch(this.#source)).json();
      list.replaceChildren(...samples.map((sample) => this.#item(sample)));
    } catch {
      this.#isFilled = false;
      list.textContent = "The samples cannot be loaded now.";
    }
  }

  #item({ name, strokes }) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "samples__sample";
    button.setAttribute("aria-label", name);
    button.append(picture(strokes));
    button.addEventListener("click", () => {
      this.#dialog.close();
      this.dispatchEvent(new CustomEvent("sampletaken", { detail: strokes }));
    });
    const item = document.createElement("li");
    item.append(button);
    return item;
  }
}

/** The dialog is the target of a click on what is behind it, and of one on its own rim. */
function isBeside(dialog, { target, clientX, clientY }) {
  const { left, right, top, bottom } = dialog.getBoundingClientRect();
  return target === dialog && (clientX < left || clientX > right || clientY < top || clientY > bottom);
}

function picture(strokes) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", VIEW);
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", toPath(strokes));
  svg.append(path);
  return svg;
}
