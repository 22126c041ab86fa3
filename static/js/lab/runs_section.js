/** The section of runs. Its table is loaded with the first run. */

import { Emitter, find } from "../core/browser.js";
import { LazyPart } from "../core/lazy.js";
import { lazyImport } from "../core/server.js";
import { scoreRoom } from "./commands.js";

/** @import { CurveStore } from "./curve_store.js" */
/** @import { RunsPanel } from "./runs_panel.js" */

const importRunsPanel = lazyImport(new URL("./runs_panel.js", import.meta.url), () => import("./runs_panel.js"));

/** `changed` says that the server has news of the runs. @extends {Emitter<{changed: void}>} */
export class RunsSection extends Emitter {
  #element;
  #curves;
  #panel;
  /** @type {LabRun[]} */
  #runs = [];

  /** @param {HTMLElement} element holds the table, `[data-score-room]` and `[data-runs-error]` @param {CurveStore} curves */
  constructor(element, curves) {
    super();
    this.#element = element;
    this.#curves = curves;
    this.#panel = new LazyPart(importRunsPanel, ({ RunsPanel }) => this.#follow(new RunsPanel(element)));
    find("[data-score-room]", element).addEventListener("click", async () => {
      this.#fail(await scoreRoom());
      this.emit("changed");
    });
  }

  /** Load the table. */
  load = () => this.#panel.load();

  /** @param {LabRun[]} runs */
  async show(runs) {
    this.#runs = runs;
    if (!this.#panel.part && !runs.length) return;
    const panel = await this.#panel.ready();
    panel.show(this.#runs, this.#curves.hues);
  }

  /** @param {RunsPanel} panel */
  #follow(panel) {
    panel.on("overlaid", async (run) => this.#fail(await this.#curves.toggle(run)));
    panel.on("changed", () => this.emit("changed"));
    panel.on("failed", (error) => this.#fail(error));
    return panel;
  }

  /** @param {string} error "" for none */
  #fail(error) {
    find("[data-runs-error]", this.#element).textContent = error;
  }
}
