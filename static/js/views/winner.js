/** The winning digit, large, with what the answer means in words. */

const HINT = { headline: "Draw a digit", detail: "with finger, pen or mouse" };
const WAITING = { headline: "One moment", detail: "your ink is kept" };

export class Winner {
  #element;

  /** @param {HTMLElement} element holds `[data-digit]`, `[data-headline]` and `[data-detail]` */
  constructor(element) {
    this.#element = element;
  }

  /** @param {{digit: string, headline: string, detail: string, isDoubtful: boolean}} words */
  show(words) {
    this.#write(words.digit, words);
    this.#element.toggleAttribute("data-doubtful", words.isDoubtful);
  }

  /** There is no ink. */
  clear() {
    this.#write("", HINT);
  }

  /** There is ink, and no answer to it yet. */
  wait() {
    this.#write("", WAITING);
  }

  /** The server refused the question with this sentence. */
  refuse(sentence) {
    this.#write("", { headline: "No answer", detail: sentence });
  }

  #write(digit, { headline, detail }) {
    this.#element.removeAttribute("data-doubtful");
    const put = (hook, text) => (this.#element.querySelector(hook).textContent = text);
    put("[data-digit]", digit);
    put("[data-headline]", headline);
    put("[data-detail]", detail);
  }
}
