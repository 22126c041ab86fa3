/** The room's numbers and its address, wherever the page has a place for them. */

const QR = "/qr.svg";
const AGAIN = 3_000; // milliseconds after which a QR code that did not come is fetched again

export class Counts {
  #element;

  /** @param {HTMLElement} element holds hooks such as `[data-phones]`; each may be there often, or not at all */
  constructor(element) {
    this.#element = element;
    for (const image of element.querySelectorAll("[data-qr]")) fetchUntilThere(image);
  }

  /** @param {{participants, drawings, code, address}} state */
  show({ participants, drawings, code, address }) {
    this.put("[data-phones]", participants.toLocaleString("en"));
    this.put("[data-phones-word]", participants === 1 ? "phone" : "phones");
    this.put("[data-drawings]", drawings.toLocaleString("en"));
    this.put("[data-drawings-word]", drawings === 1 ? "drawing" : "drawings");
    this.put("[data-code]", code ?? "");
    for (const line of this.#element.querySelectorAll("[data-code-line]")) line.hidden = !code; // none is needed
    this.#renewCodes(`${address} ${code}`);
    this.#showAddress((address ?? "").replace(/^http:\/\//, ""));
  }

  /** QR codes are fetched anew when the laptop has moved to another network. */
  #renewCodes(target) {
    for (const image of this.#element.querySelectorAll("[data-qr]")) {
      if (image.dataset.qr && image.dataset.qr !== target) image.src = `${QR}?for=${encodeURIComponent(target)}`;
      image.dataset.qr = target;
    }
  }

  /** An address that is too long for its line breaks before its last part, and nowhere else. */
  #showAddress(address) {
    const cut = address.lastIndexOf("/");
    for (const part of this.#element.querySelectorAll("[data-address]")) {
      if (part.textContent === address) continue;
      part.replaceChildren(address.slice(0, cut), document.createElement("wbr"), address.slice(cut));
    }
  }

  /** Text is only written where it changes. */
  put(hook, text) {
    for (const part of this.#element.querySelectorAll(hook)) if (part.textContent !== text) part.textContent = text;
  }
}

/** A room that was closed when the page came has no QR code yet. */
function fetchUntilThere(image) {
  const fetchAgain = () => setTimeout(() => (image.src = `${QR}?at=${Date.now()}`), AGAIN);
  image.addEventListener("error", fetchAgain);
  if (image.complete && !image.naturalWidth) fetchAgain(); // it had failed before this was here
}
