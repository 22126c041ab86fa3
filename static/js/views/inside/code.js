/** The Keras lines of the model shown, and a button that copies them. */

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

  /** On plain http a page may not write to the clipboard; then the lines are selected, ready for Ctrl+C. */
  async #copy() {
    const lines = this.#find("lines");
    try {
      await navigator.clipboard.writeText(lines.textContent);
      this.#find("copied").textContent = "copied";
    } catch {
      getSelection().selectAllChildren(lines);
      this.#find("copied").textContent = "selected: press Ctrl+C";
    }
  }
}
