/** The ink on the pad outlives a reload: phones throw pages away when they need the memory. */

const KEY = "inkwise.pad";
const REST = 300; // milliseconds without a change after which the ink is written

export class PadMemory {
  #storage;
  #timer = null;

  constructor(storage, ink) {
    this.#storage = storage;
    const old = this.#read();
    if (old.length) ink.replace(old);
    const write = () => this.#write(ink.strokes);
    ink.addEventListener("inkchanged", () => {
      clearTimeout(this.#timer);
      this.#timer = setTimeout(write, REST);
    });
    window.addEventListener("pagehide", write);
    document.addEventListener("visibilitychange", () => document.hidden && write());
  }

  #read() {
    try {
      const strokes = JSON.parse(this.#storage.getItem(KEY) ?? "[]");
      const isPoint = (point) => Array.isArray(point) && point.length === 2 && point.every(Number.isFinite);
      const isStroke = (stroke) => Array.isArray(stroke) && stroke.length > 0 && stroke.every(isPoint);
      return Array.isArray(strokes) && strokes.every(isStroke) ? strokes : [];
    } catch {
      return [];
    }
  }

  #write(strokes) {
    try {
      this.#storage.setItem(KEY, JSON.stringify(strokes));
    } catch {
      // Without room in the storage the ink lives as long as the page.
    }
  }
}
