/** Dialogs that ask something. */

/**
 * Ask with a dialog that has `[data-agree]` and `[data-close]`.
 *
 * @param {HTMLDialogElement} dialog
 * @returns {Promise<boolean>} whether it was agreed to; any other way to close it is a no
 */
export function ask(dialog) {
  const control = new AbortController();
  const { signal } = control;
  return new Promise((resolve) => {
    let isAgreed = false;
    dialog.querySelector("[data-agree]").addEventListener("click", () => {
      isAgreed = true;
      dialog.close();
    }, { signal });
    dialog.querySelector("[data-close]").addEventListener("click", () => dialog.close(), { signal });
    dialog.addEventListener("close", () => {
      control.abort();
      resolve(isAgreed);
    }, { signal });
    dialog.showModal();
  });
}

/** A dialog with a text field. `save` gets the text and gives "" or a sentence that says what is wrong with it. */
export class TextDialog {
  #dialog;
  #save;

  constructor(dialog, opener, valueNow, save) {
    this.#dialog = dialog;
    this.#save = save;
    opener.addEventListener("click", () => this.#open(valueNow()));
    dialog.querySelector("[data-close]").addEventListener("click", () => dialog.close());
    dialog.querySelector("form").addEventListener("submit", (event) => {
      event.preventDefault();
      this.#submit();
    });
  }

  #open(value) {
    const field = this.#dialog.querySelector("input");
    field.value = value;
    this.#answer("");
    this.#dialog.showModal();
    field.select();
  }

  async #submit() {
    const refusal = await this.#save(this.#dialog.querySelector("input").value);
    this.#answer(refusal);
    if (!refusal) this.#dialog.close();
  }

  #answer(sentence) {
    this.#dialog.querySelector("[role=alert]").textContent = sentence;
  }
}
