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
