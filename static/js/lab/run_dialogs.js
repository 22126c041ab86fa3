/** Keeping a run's network under a name, and throwing a run away: each asks first. */

import { confirmDialog, Emitter, find, TextDialog } from "../core/browser.js";
import { request } from "../core/server.js";
import { errorOf } from "./commands.js";
import { runName } from "./spec.js";

/** `changed` after a run was kept or thrown away; `failed` carries why it was not thrown away, or "". */
/** @extends {Emitter<{changed: void, failed: string}>} */
export class RunDialogs extends Emitter {
  /** @type {LabRun|null} the run to keep */
  #chosen = null;
  #keepDialog = new TextDialog(find("[data-keep-dialog]"), null, () => "", (name) => this.#keep(name));

  /** @param {LabRun} run */
  keep(run) {
    this.#chosen = run;
    find("[data-keep-run]").textContent = runName(run);
    this.#keepDialog.open("");
  }

  /** @param {LabRun} run */
  async discard(run) {
    find("[data-discard-run]").textContent = runName(run);
    if (!(await confirmDialog(find("[data-discard-dialog]")))) return;
    this.emit("failed", errorOf(await request("DELETE", `/api/lab/runs/${run.id}`)));
    this.emit("changed");
  }

  /** @param {string} name @returns {Promise<string>} "" or an error, for the dialog */
  async #keep(name) {
    const error = errorOf(await request("POST", `/api/lab/runs/${this.#chosen?.id}/keep`, { body: { name } }));
    if (!error) this.emit("changed");
    return error;
  }
}
