/**
 * Browser features, with fallbacks where one is missing: presses, storage, visibility, wake lock, clipboard, events, DOM,
 * dialogs.
 */

/** Path below which the server answers, such as "/inkwise"; "" for the root. From templates/base.html. */
export const BASE_PATH = document.documentElement.dataset.basePath ?? "";

/**
 * An EventTarget with typed events: `Events` maps each event's name to its detail.
 *
 * @template {object} Events
 */
export class Emitter extends EventTarget {
  /**
   * @template {keyof Events & string} Name
   * @param {Name} name
   * @param {(detail: Events[Name]) => void} listener
   */
  on(name, listener) {
    this.addEventListener(name, (event) => listener(/** @type {CustomEvent} */ (event).detail));
  }

  /**
   * @template {keyof Events & string} Name
   * @param {Name} name
   * @param {Events[Name]} [detail]
   */
  emit(name, detail) {
    this.dispatchEvent(new CustomEvent(name, { detail }));
  }
}

const DOUBLE_PRESS = 500; // milliseconds; the longest default of any system for a double click
const SAME_PLACE = 24; // CSS pixels
const PRESSABLE = "button:not([data-repeats]), a, summary"; // `data-repeats`: for presses in quick succession

/** @type {{target: Element, event: MouseEvent}|null} */
let lastPress = null;
let isMouse = false; // whether the last pointer was a mouse

/**
 * One press, one act, on every page: drop the second press of a double click or tap. It would repeat the act, or hit
 * what the first press put under the finger, such as a dialog, the next drawing or the pad.
 *
 * @param {PointerEvent|MouseEvent} event `pointerdown` or `click`
 */
function dropDoublePress(event) {
  if (!(event.target instanceof Element)) return;
  const isClick = event.type === "click";
  if (!isClick) isMouse = /** @type {PointerEvent} */ (event).pointerType === "mouse";
  const target = event.target.closest(PRESSABLE) ?? event.target;
  const isSecond = lastPress !== null && isSecondPress(lastPress, { target, event });
  if (isClick && target.matches(PRESSABLE)) lastPress = { target, event };
  if (!isSecond) return;
  event.stopImmediatePropagation();
  if (isClick) event.preventDefault();
}

/** @param {{target: Element, event: MouseEvent}} first @param {{target: Element, event: MouseEvent}} second */
function isSecondPress(first, { target, event }) {
  if (event.timeStamp - first.event.timeStamp >= DOUBLE_PRESS) return false;
  if (isMouse && event.detail === 1) return false; // the system counts a mouse's clicks
  if (target === first.target) return true;
  if (event.type === "click" && event.detail === 0) return false; // by key, which has no place
  return Math.hypot(event.clientX - first.event.clientX, event.clientY - first.event.clientY) < SAME_PLACE;
}

/** A held key is one press. @param {KeyboardEvent} event */
function dropRepeatedEnter(event) {
  if (event.repeat && keyOf(event) === "Enter") event.preventDefault();
}

document.addEventListener("pointerdown", dropDoublePress, true);
document.addEventListener("click", dropDoublePress, true);
document.addEventListener("keydown", dropRepeatedEnter, true);

const PROBE = "inkwise.probe";

/**
 * @param {"localStorage"|"sessionStorage"} [name]
 * @returns {Pick<Storage, "getItem"|"setItem"|"removeItem">} that storage; where it is blocked, memory of this page
 */
export function openStorage(name = "localStorage") {
  try {
    const storage = window[name];
    storage.setItem(PROBE, "");
    storage.removeItem(PROBE);
    return new ServerStorage(storage);
  } catch {
    return new PageStorage();
  }
}

/** A storage with keys of this server alone: below other paths of the host there may be others. */
class ServerStorage {
  #storage;

  /** @param {Storage} storage */
  constructor(storage) {
    this.#storage = storage;
  }

  /** @param {string} key */
  getItem(key) {
    return this.#storage.getItem(BASE_PATH + key);
  }

  /** @param {string} key @param {string} text */
  setItem(key, text) {
    this.#storage.setItem(BASE_PATH + key, text);
  }

  /** @param {string} key */
  removeItem(key) {
    this.#storage.removeItem(BASE_PATH + key);
  }
}

class PageStorage {
  /** @type {Map<string, string>} */
  #texts = new Map();

  /** @param {string} key */
  getItem(key) {
    return this.#texts.get(key) ?? null;
  }

  /** @param {string} key @param {string} text */
  setItem(key, text) {
    this.#texts.set(key, String(text));
  }

  /** @param {string} key */
  removeItem(key) {
    this.#texts.delete(key);
  }
}

const HEX = 16;
const GROUPS = [8, 12, 16, 20]; // hexadecimal digits before each hyphen

/** @returns {string} a random UUID of version 4 (RFC 9562); `crypto.randomUUID` is missing on plain http */
export function uuid() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40; // version
  bytes[8] = (bytes[8] & 0x3f) | 0x80; // variant
  const digits = [...bytes].map((byte) => byte.toString(HEX).padStart(2, "0")).join("");
  const ends = [...GROUPS, digits.length];
  return ends.map((end, index) => digits.slice(ends[index - 1] ?? 0, end)).join("-");
}

/**
 * Follow whether the page is visible.
 *
 * @param {() => void} show called when the page becomes visible, leaves the back/forward cache, or goes online
 * @param {() => void} [hide]
 */
export function followVisibility(show, hide = () => {}) {
  document.addEventListener("visibilitychange", () => (document.hidden ? hide() : show()));
  window.addEventListener("pageshow", (event) => event.persisted && show());
  window.addEventListener("online", () => document.hidden || show());
}

/** Call a function when the page is hidden or left, which may be its last moment. @param {() => void} leave */
export function followLeaving(leave) {
  window.addEventListener("pagehide", leave);
  document.addEventListener("visibilitychange", () => document.hidden && leave());
}

/** Keep the screen on with a wake lock. Browsers allow it only on https and localhost. */
export function keepScreenOn() {
  document.addEventListener("visibilitychange", requestWakeLock); // a hidden page loses its lock
  requestWakeLock();
}

async function requestWakeLock() {
  if (document.hidden) return;
  try {
    await navigator.wakeLock?.request("screen");
  } catch {
    // Refused, such as with a low battery.
  }
}

const RETRY = 3_000; // milliseconds

let timer = 0;

/**
 * Write into the address bar without a new history entry. Safari refuses more than 100 changes in 30 seconds; then
 * try again later.
 *
 * @param {URL|string} address
 */
export function showAddress(address) {
  clearTimeout(timer);
  try {
    history.replaceState(history.state, "", address);
  } catch {
    timer = setTimeout(() => showAddress(address), RETRY);
  }
}

/**
 * Name this entry of the tab's history, where the browser has not. A reload, Back and Forward keep its name; a link opens
 * another entry.
 *
 * @returns {string} "" where the browser refuses
 */
export function nameEntry() {
  try {
    if (!entryName()) history.replaceState({ entry: `${Date.now()}.${Math.random()}` }, "");
  } catch {
    // Safari, after too many changes.
  }
  return entryName();
}

/**
 * Chromium drops `history.state` in a reload during which the page has replaced its address; the entry's key stays.
 *
 * @returns {string} the name of this history entry; "" without one
 */
export function entryName() {
  return window.navigation?.currentEntry?.key ?? history.state?.entry ?? "";
}

/**
 * @param {HTMLElement} element holds the text
 * @returns {Promise<boolean>} whether the text was copied; otherwise it is selected
 */
export async function copyText(element) {
  try {
    await navigator.clipboard.writeText(element.textContent);
    return true;
  } catch {
    getSelection()?.selectAllChildren(element);
    return document.execCommand("copy"); // plain http has no navigator.clipboard
  }
}

/** A button that copies a text, and says so. */
export class CopyButton {
  #answer;

  /** @param {HTMLElement} button @param {HTMLElement} text @param {HTMLElement} answer */
  constructor(button, text, answer) {
    this.#answer = answer;
    button.addEventListener("click", async () => {
      answer.textContent = (await copyText(text)) ? "copied" : "selected: now copy it with Ctrl+C, Cmd+C or the menu";
    });
  }

  /** Forget the answer, when the text has changed. */
  clear() {
    this.#answer.textContent = "";
  }
}

/**
 * @template {Element} [T=HTMLElement]
 * @param {string} selector of an element that the template has
 * @param {ParentNode} [root]
 * @returns {T}
 */
export function find(selector, root = document) {
  return /** @type {T} */ (root.querySelector(selector));
}

const NUMBER = /^(?!.*\p{L}{2}).*\d/u; // digits and no word

/**
 * Make an element. Where its only text is a number, browsers do not translate it.
 *
 * @template {string} Kind
 * @param {Kind} kind tag name and at most one class: "p" or "p.note"
 * @param {Object<string, string|number>} attributes
 * @param {(Node|string)[]} children
 */
export function element(kind, attributes = {}, ...children) {
  const [name, className] = kind.split(".");
  const made = document.createElement(name);
  if (className) made.className = className;
  if (NUMBER.test(children.length === 1 ? String(children[0]) : "")) made.setAttribute("translate", "no");
  fill(made, attributes, children);
  return /** @type {ElementOf<Kind>} */ (made);
}

/** @param {Element} made @param {Object<string, string|number>} attributes @param {(Node|string)[]} children */
function fill(made, attributes, children) {
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, String(value));
  made.append(...children);
}

/** @param {string} name @param {Object<string, string|number>} attributes @param {Node[]} children */
export function svg(name, attributes = {}, ...children) {
  const made = document.createElementNS("http://www.w3.org/2000/svg", name);
  fill(made, attributes, children);
  return /** @type {SVGElement} */ (made);
}

/** @param {SVGElement} path of ink, within 1000x1000 units @param {string} label "" hides the picture from screen readers */
export function strokePicture(path, label = "") {
  path.setAttribute("class", "tile__stroke");
  /** @type {Record<string, string>} */
  const attributes = label ? { role: "img", "aria-label": label } : { "aria-hidden": "true" };
  return svg("svg", { class: "tile__ink", viewBox: "0 0 1000 1000", ...attributes }, path);
}

/** @param {Node} picture @param {(Node|string)[]} caption */
export function figure(picture, ...caption) {
  return element("figure.picture", {}, picture, element("figcaption", {}, ...caption));
}

/** @param {string} className @param {string} label for screen readers @returns {HTMLCanvasElement} */
export function canvas(className, label) {
  return element(`canvas.${className}`, { role: "img", "aria-label": label });
}

const THEMES = ["(prefers-color-scheme: dark)", "(forced-colors: active)", "print"];

/** Call `repaint` when the colors change, also for print. @param {() => void} repaint */
export function followTheme(repaint) {
  for (const query of THEMES) matchMedia(query).addEventListener("change", repaint);
}

/** @param {HTMLCanvasElement} canvas */
export function contextOf(canvas) {
  return /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
}

const NO_KEY = ["Dead", "Process", "Unidentified"];

/**
 * Return the key of a shortcut; on layouts without Latin letters and with input methods, the physical key.
 *
 * @param {{key: string, code: string}} event
 * @returns {string} "z", " ", "Escape"
 */
export function keyOf({ key, code }) {
  const isKnown = /^[ -~\p{Script=Latin}]+$/u.test(key) && !NO_KEY.includes(key);
  if (isKnown) return key.length === 1 ? key.toLowerCase() : key;
  if (code === "Space") return " ";
  return /^Key[A-Z]$/.test(code) ? code.slice(-1).toLowerCase() : code;
}

const DEBOUNCE_MS = 800;

/** Announces results to screen readers, debounced while the ink changes. */
export class Announcer {
  #element;
  #timer = 0;

  /** @param {HTMLElement} element a visually hidden, polite live region */
  constructor(element) {
    this.#element = element;
  }

  /** @param {string} sentence replaces one that waits; "" empties the region */
  say(sentence) {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => (this.#element.textContent = sentence), DEBOUNCE_MS);
  }
}

/**
 * Ask with a dialog that has `[data-agree]` and `[data-close]`. One that deletes gives `[data-close]` the autofocus: a
 * second press of Enter must not agree.
 *
 * @param {HTMLDialogElement} dialog
 * @returns {Promise<boolean>} whether the user agreed
 */
export function confirmDialog(dialog) {
  const control = new AbortController();
  const { signal } = control;
  return new Promise((resolve) => {
    let isAgreed = false;
    find("[data-agree]", dialog).addEventListener("click", () => {
      isAgreed = true;
      dialog.close();
    }, { signal });
    find("[data-close]", dialog).addEventListener("click", () => dialog.close(), { signal });
    dialog.addEventListener("close", () => {
      control.abort();
      resolve(isAgreed);
    }, { signal });
    dialog.showModal();
  });
}

/** A dialog with a text field. */
export class TextDialog {
  #dialog;
  #save;
  /** @type {HTMLInputElement} */
  #field;

  /**
   * @param {HTMLDialogElement} dialog
   * @param {HTMLElement|null} opener
   * @param {() => string} getValue the field's first value
   * @param {(text: string) => Promise<string>} save returns "" or an error message
   */
  constructor(dialog, opener, getValue, save) {
    this.#dialog = dialog;
    this.#save = save;
    this.#field = find("input", dialog);
    opener?.addEventListener("click", () => this.open(getValue()));
    find("[data-close]", dialog).addEventListener("click", () => dialog.close());
    find("form", dialog).addEventListener("submit", (event) => {
      event.preventDefault();
      this.#submit();
    });
  }

  /** @param {string} value of the field */
  open(value) {
    this.#field.value = value;
    this.#showError("");
    this.#dialog.showModal();
    this.#field.select();
  }

  async #submit() {
    const error = await this.#save(this.#field.value);
    this.#showError(error);
    if (!error) this.#dialog.close();
  }

  /** @param {string} message */
  #showError(message) {
    find("[role=alert]", this.#dialog).textContent = message;
  }
}
