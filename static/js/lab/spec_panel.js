/** The configuration: its form, the server's check, the picture of the network and its Keras code. */

import { CopyButton, Emitter, find, openStorage } from "../core/browser.js";
import { NetworkView } from "./network_view.js";
import { SpecCheck } from "./spec_check.js";
import { SpecForm } from "./spec_form.js";

const SPEC_KEY = "inkwise.lab"; // of the configuration in the tab's storage
const START = "deep"; // the tutorial's network

/**
 * `checked` after each answer of the server; `pending` while there is none for the newest configuration.
 *
 * @extends {Emitter<{pending: void, checked: void}>}
 */
export class SpecPanel extends Emitter {
  #storage = openStorage("sessionStorage");
  #check = new SpecCheck();
  #network = new NetworkView(find("[data-network]"));
  #lines = find("[data-lines]");
  #copyButton = new CopyButton(find("[data-copy]"), this.#lines, find("[data-copied]"));
  #form;

  /** @param {LabState} state */
  constructor(state) {
    super();
    this.#form = new SpecForm(find("[data-spec-form]"), state);
    this.#check.on("pending", () => {
      this.#network.wait();
      this.emit("pending");
    });
    this.#check.on("checked", (answer) => this.#show(answer));
    this.#check.on("refused", ({ message, field }) => this.#refuse(message, field));
    this.#form.load(this.#stored() ?? state.run?.spec ?? (state.presets.find(({ name }) => name === START) ?? state.presets[0]).spec);
    this.#form.on("specchanged", (spec) => this.#take(spec));
    this.#check.check(this.#form.spec, 0);
  }

  /** @returns {LabSpec} */
  get spec() {
    return this.#form.spec;
  }

  /** @returns {boolean} whether it can be trained */
  get isValid() {
    return this.#check.isValid;
  }

  /** Take other limits, as the number of digits. @param {LabLimits} limits */
  limit(limits) {
    this.#form.limit(limits);
  }

  /** @param {LabSpec} spec */
  load(spec) {
    this.#form.load(spec);
    this.#take(this.#form.spec);
  }

  /** @param {LabSpec} spec */
  #take(spec) {
    this.#storage.setItem(SPEC_KEY, JSON.stringify(spec));
    this.#check.check(spec);
  }

  /** @returns {LabSpec|null} the configuration of this tab */
  #stored() {
    try {
      return JSON.parse(this.#storage.getItem(SPEC_KEY) ?? "null");
    } catch {
      return null;
    }
  }

  /** @param {LabCheck} answer */
  #show(answer) {
    find("[data-spec-error]").textContent = "";
    this.#form.warn(answer.warnings);
    this.#form.markInvalid("");
    this.#network.show(answer);
    if (this.#lines.textContent !== answer.code) this.#copyButton.clear();
    this.#lines.textContent = answer.code;
    this.emit("checked");
  }

  /** @param {string} message @param {string} field */
  #refuse(message, field) {
    this.#form.warn([]);
    this.#form.markInvalid(field);
    find("[data-spec-error]").textContent = message;
    this.emit("checked");
  }
}
