/** The ink on the pad outlives a reload, with its round: phones throw pages away when they need the memory. */

const KEY = "inkwise.pad";
const REST = 300; // milliseconds without a change after which the ink is written

export class PadMemory {
  #storage;
  #timer = null;

  /** @param {Storage} storage; @param {Ink} ink; @param {InkRound} inkRound what the ink is for */
  constructor(storage, ink, inkRound) {
    this.#storage = storage;
    const { strokes, round } = this.#read();
    if (strokes.length) {
      ink.replace(strokes);
      inkRound.restore(round);
    }
    const write = () => this.#write(ink.strokes, inkRound.round);
    const writeSoon = () => {
      clearTimeout(this.#timer);
      this.#timer = setTimeout(write, REST);
    };
    ink.addEventListener("inkchanged", writeSoon);
    inkRound.addEventListener("roundchanged", writeSoon);
    window.addEventListener("pagehide", write);
    document.addEventListener("visibilitychange", () => document.hidden && write());
  }

  #read() {
    try {
      const { strokes, round } = JSON.parse(this.#storage.getItem(KEY) ?? "{}");
      const isPoint = (point) => Array.isArray(point) && point.length === 2 && point.every(Number.isFinite);
      const isStroke = (stroke) => Array.isArray(stroke) && stroke.length > 0 && stroke.every(isPoint);
      const isInk = Array.isArray(strokes) && strokes.every(isStroke);
      return { strokes: isInk ? strokes : [], round: typeof round?.id === "string" ? round : null };
    } catch {
      return { strokes: [], round: null };
    }
  }

  #write(strokes, round) {
    try {
      this.#storage.setItem(KEY, JSON.stringify({ strokes, round }));
    } catch {
      // Without room in the storage the ink lives as long as the page.
    }
  }
}
