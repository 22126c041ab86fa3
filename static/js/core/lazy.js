/** Parts of a page that its first load leaves out: loaded when they are opened, or after the first input. */

export const NOT_LOADED = "This part of the page could not be loaded. Try again when the server can be reached.";

const INPUTS = ["pointermove", "pointerdown", "keydown"];
const IDLE_MS = 1_000; // the longest wait for an idle moment
const RETRY_MS = 3_000; // after a module that could not be loaded

/**
 * A part of the page that is made when it is first opened.
 *
 * @template Module
 * @template Part
 */
export class LazyPart {
  #make;

  /** @type {Part|null} */
  part = null;
  isLoading = false;
  /** @type {Promise<Part>|null} */
  #ready = null;

  /** @param {() => Promise<Module>} load a `lazyImport` of core/server.js @param {(module: Module) => Part} make */
  constructor(load, make) {
    this.load = load;
    this.#make = make;
  }

  /** @returns {Promise<Part|null>} null where the module could not be loaded; the next call tries again */
  async open() {
    if (this.part) return this.part;
    this.isLoading = true;
    const module = await this.load().catch(() => null);
    this.isLoading = false;
    if (module) this.part ??= this.#make(module);
    return this.part;
  }

  /** Open the part as soon as its module can be loaded. @returns {Promise<Part>} */
  ready() {
    this.#ready ??= this.#openAtLast();
    return this.#ready;
  }

  /** @returns {Promise<Part>} */
  async #openAtLast() {
    const part = await this.open();
    if (part) return part;
    await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
    return this.#openAtLast();
  }
}

/**
 * Load modules in an idle moment after the first input: the page then works on without the network, and a visit that only
 * opens the page costs no more bytes. After a failure, the next input tries again.
 *
 * @param {(() => Promise<unknown>)[]} loads
 */
export function loadAfterInput(loads) {
  const control = new AbortController();
  const start = () => {
    control.abort();
    whenIdle(async () => {
      const results = await Promise.allSettled(loads.map((load) => load()));
      if (results.some(({ status }) => status === "rejected")) setTimeout(() => loadAfterInput(loads), RETRY_MS);
    });
  };
  for (const name of INPUTS) window.addEventListener(name, start, { capture: true, signal: control.signal });
}

/** @param {() => void} act */
function whenIdle(act) {
  if ("requestIdleCallback" in window) requestIdleCallback(act, { timeout: IDLE_MS });
  else setTimeout(act, IDLE_MS); // Safari
}
