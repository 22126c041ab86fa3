/**
 * What the page asks of the browser, with a way around where it is missing: storage, visibility, wake lock,
 * address bar, clipboard, elements and dialogs.
 */

/** The browser's storage, or one that lasts as long as the page where the browser keeps none. */

const PROBE = "inkwise.probe";

/** @returns {Storage} */
export function openStorage() {
  try {
    localStorage.setItem(PROBE, "");
    localStorage.removeItem(PROBE);
    return localStorage;
  } catch {
    return new PageStorage();
  }
}

class PageStorage {
  #texts = new Map();

  getItem(key) {
    return this.#texts.get(key) ?? null;
  }

  setItem(key, text) {
    this.#texts.set(key, String(text));
  }

  removeItem(key) {
    this.#texts.delete(key);
  }
}

/** Random UUIDs, also on plain http, where `crypto.randomUUID` is missing. */

const HEX = 16;
const GROUPS = [8, 12, 16, 20]; // hexadecimal digits before each hyphen

/** @returns {string} a random UUID of version 4 (RFC 9562) */
export function uuid() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40; // the version
  bytes[8] = (bytes[8] & 0x3f) | 0x80; // the variant
  const digits = [...bytes].map((byte) => byte.toString(HEX).padStart(2, "0")).join("");
  const ends = [...GROUPS, digits.length];
  return ends.map((end, index) => digits.slice(ends[index - 1] ?? 0, end)).join("-");
}

/** Follow whether the page is visible. */

/**
 * @param {() => void} wake called when the page is seen, comes out of the browser's cache, or the network is back
 * @param {() => void} rest called when the page is hidden
 */
export function followVisibility(wake, rest) {
  document.addEventListener("visibilitychange", () => (document.hidden ? rest() : wake()));
  window.addEventListener("pageshow", (event) => event.persisted && wake());
  window.addEventListener("online", wake);
}

/** Keep the screen on with a wake lock: a projector's laptop gets no input for minutes. */

/** Browsers allow it over https and on the laptop itself only, and some never do; then the page is as it was. */
export function keepScreenOn() {
  document.addEventListener("visibilitychange", askForLight); // the lock ends whenever the page is hidden
  askForLight();
}

async function askForLight() {
  if (document.hidden) return;
  try {
    await navigator.wakeLock?.request("screen");
  } catch {
    // The battery is low, or the browser says no.
  }
}

/**
 * Write into the address without a new entry in the browser's history.
 *
 * Safari refuses more than 100 changes in 30 seconds; then the newest address is written a little later.
 */

const RETRY = 3_000; // milliseconds

let timer = 0;

/** @param {URL|string} address */
export function showAddress(address) {
  clearTimeout(timer);
  try {
    history.replaceState(null, "", address);
  } catch {
    timer = setTimeout(() => showAddress(address), RETRY);
  }
}

/** Copy text. On plain http there is no clipboard to write to, and the old command on a selection still works. */

/**
 * @param {HTMLElement} element holds the text
 * @returns {Promise<boolean>} whether it was copied; if not, it is selected
 */
export async function copyText(element) {
  try {
    await navigator.clipboard.writeText(element.textContent);
    return true;
  } catch {
    getSelection().selectAllChildren(element);
    return document.execCommand("copy");
  }
}

/** Short ways to make elements. */

/**
 * @param {string} kind "p" or "p.note": an element's name and one class
 * @param {Object<string, string>} attributes
 * @param {(Node|string)[]} children
 */
export function element(kind, attributes = {}, ...children) {
  const [name, className] = kind.split(".");
  const made = document.createElement(name);
  if (className) made.className = className;
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

const SVG = "http://www.w3.org/2000/svg";

export function svg(name, attributes = {}, ...children) {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

/** A picture with a caption under it. */
export function figure(picture, ...caption) {
  return element("figure.picture", {}, picture, element("figcaption", {}, ...caption));
}

/** @returns {HTMLCanvasElement} with `label` for those who cannot see it */
export function canvas(className, label) {
  return element(`canvas.${className}`, { role: "img", "aria-label": label });
}

const REST = 800; // milliseconds without a change

/** Tell screen readers the result once the hand rests, not at every change. */
export class Announcer {
  #element;
  #timer = null;

  /** @param {HTMLElement} element a polite live region that is not seen */
  constructor(element) {
    this.#element = element;
  }

  /** Say `sentence` unless something newer comes meanwhile; "" says nothing any more. */
  say(sentence) {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => (this.#element.textContent = sentence), REST);
  }
}

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
