/** The runs: their table, and the questions before one is kept or thrown away. */

import { Emitter } from "../core/browser.js";
import { RunDialogs } from "./run_dialogs.js";
import { RunsTable } from "./runs_table.js";

/**
 * `overlaid` carries the run to lay over the present one, `changed` says that one was kept or thrown away, `failed` carries why
 * one was not thrown away, or "".
 *
 * @extends {Emitter<{overlaid: LabRun, changed: void, failed: string}>}
 */
export class RunsPanel extends Emitter {
  #table;
  #dialogs = new RunDialogs();

  /** @param {HTMLElement} element holds the table and its buttons */
  constructor(element) {
    super();
    this.#table = new RunsTable(element);
    this.#table.on("keepwanted", (run) => this.#dialogs.keep(run));
    this.#table.on("discardwanted", (run) => this.#dialogs.discard(run));
    this.#table.on("overlaid", (run) => this.emit("overlaid", run));
    this.#dialogs.on("changed", () => this.emit("changed"));
    this.#dialogs.on("failed", (error) => this.emit("failed", error));
  }

  /** @param {LabRun[]} runs @param {Map<number, number>} hues of those in the plots */
  show(runs, hues) {
    this.#table.show(runs, hues);
  }
}
