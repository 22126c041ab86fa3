/** The Keras lines of the model shown, and a button that copies them. */

import { copyText } from "../../browser/clipboard.js";

export class Code {
  #element;

  constructor(element) {
    this.#element = element;
    this.#find("copy").addEventListener("click", () => this.#copy());
  }

  /** @param {object} answer of /api/code */
  show({ code, versions }) {
    this.#find("lines").textContent = code;
    this.#find("versions").textContent = `Running here: tf.__version__ == "${versions.tensorflow}", keras.__version__ == "${versions.keras}"`;
    this.#find("copied").textContent = "";
  }

  #find(hook) {
    return this.#element.querySelector(`[data-${hook}]`);
  }

  async #copy() {
    const isCopied = await copyText(this.#find("lines"));
    this.#find("copied").textContent = isCopied ? "copied" : "selected: copy it with the keys or the menu";
  }
}
