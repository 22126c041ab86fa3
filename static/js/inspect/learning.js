/** One learning step: what the drawing was, the loss, the errors, a weight's gradient, and the network after the step. */

import { canvas, element, Emitter, figure, find, keyOf } from "../core/browser.js";
import { describe } from "../core/format.js";
import { chainFormulas, lossText, sharesOf, stepsText, zeroText } from "./chain_rule.js";
import { InputPlaces } from "./input_places.js";
import { format } from "./numbers.js";
import { rangeOf } from "./layer_view.js";
import { RATES, STEP_COUNTS } from "./question.js";
import { inputName } from "./unit_view.js";
import { unpackExact } from "./unpack.js";

/** @import { Announcer } from "../core/browser.js" */
/** @import { Shares } from "./chain_rule.js" */
/** @typedef {DenseUnit|ConvUnit} Taught */

const NOTHING_STORED =
  "Nothing is stored: the steps change a copy of the network, which is thrown away. The network of this server stays as it is. " +
  "The loss is the categorical cross-entropy of the ten digits. The second output, which says whether it is a digit at all, " +
  "is not taught, but its inputs change.";
const ERROR =
  "The error of a neuron says how fast the loss grows with its weighted sum z. It comes back from the outputs, layer by layer; " +
  "each formula shows the largest terms.";
const NOT_TRACED = "This layer has no weights that are taught here. Choose another layer above to see a weight’s gradient.";
const ROLE = { role: "application", "aria-roledescription": "picture of gradients: arrow keys choose a weight", tabindex: 0 };
/** @type {Record<string, [number, number]>} */
const MOVES = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

/**
 * The panel below one neuron. `chosen` carries a label, a learning rate, a count of steps or a weight.
 *
 * @extends {Emitter<{chosen: Partial<Lesson>}>}
 */
export class LearningPanel extends Emitter {
  #panel;
  #choices;
  #announcer;
  #result = element("div.learning__result");
  #hint = element("p.muted", {}, "Choose the digit that you meant: the network then sees how wrong it was.");
  /** @type {Taught|null} */
  #unit = null;
  /** @type {LearningStep|null} */
  #answer = null;
  /** @type {number|null} the chosen weight, whose answer may be due */
  #wanted = null;

  /** @param {HTMLElement} view of one neuron; holds the `[data-learning]` @param {Announcer} announcer */
  constructor(view, announcer) {
    super();
    this.#announcer = announcer;
    this.#panel = find("[data-learning]", view);
    this.#choices = element(
      "div.learning__choices",
      {},
      this.#radios("label", "What did you draw?", [...Array(10).keys()]),
      this.#radios("rate", "Learning rate", RATES),
      this.#radios("steps", "Steps", STEP_COUNTS),
    );
    const title = element("h2", { id: "learning-title" }, "One learning step");
    this.#panel.replaceChildren(title, this.#choices, this.#hint, this.#result, element("p.muted", {}, NOTHING_STORED));
    this.#panel.hidden = false;
    view.toggleAttribute("data-learning-open", true);
    find("[data-pictures]", view).addEventListener("click", (event) => this.#clickPicture(event));
    find("[data-terms]", view).addEventListener("click", ({ target }) => {
      const row = /** @type {HTMLElement} */ (target).closest("tr");
      if (row?.dataset.weight) this.emit("chosen", { weight: Number(row.dataset.weight) });
    });
  }

  scrollIntoView() {
    this.#panel.scrollIntoView({ block: "start" });
  }

  /** @param {Lesson} lesson @param {Layer} layer of the chosen unit */
  choose(lesson, layer) {
    for (const input of this.#choices.querySelectorAll("input")) {
      const name = /** @type {"label"|"rate"|"steps"} */ (input.name.replace("learning-", ""));
      input.checked = String(lesson[name]) === input.value;
    }
    this.#wanted = lesson.weight;
    if (!this.canTrace(layer)) this.#unit = null;
    if (lesson.label === null) this.clear(false);
  }

  /** @param {Layer} layer @returns {boolean} whether the layer has weights that lead to the ten digits */
  canTrace({ kind, is_output: isOutput, shape }) {
    return ["Dense", "Conv2D"].includes(kind) && (!isOutput || shape[0] > 1);
  }

  /** @param {DenseUnit|ConvUnit|PoolUnit} unit that is shown above */
  follow(unit) {
    this.#unit = unit.kind === "pool" ? null : unit;
    this.#render();
  }

  /** @param {LearningStep} answer */
  show(answer) {
    this.#answer = answer;
    this.#hint.hidden = true;
    this.#result.hidden = false;
    this.#render();
  }

  /** @param {boolean} isWaiting whether an answer is due */
  clear(isWaiting) {
    this.#answer = null;
    this.#hint.hidden = isWaiting;
    this.#result.hidden = true;
  }

  /** @param {string} name @param {string} legend @param {number[]} values */
  #radios(name, legend, values) {
    const labels = values.map((value) =>
      element("label", { translate: "no" }, element("input", { type: "radio", name: `learning-${name}`, value }), ` ${value}`),
    );
    const group = element("fieldset.digits", { [`data-learning-${name}`]: "" }, element("legend", {}, legend), ...labels);
    group.addEventListener("change", ({ target }) => {
      this.emit("chosen", { [name]: Number(/** @type {HTMLInputElement} */ (target).value) });
    });
    return group;
  }

  #render() {
    const answer = this.#answer;
    if (!answer) return;
    const focused = document.activeElement?.matches("[data-gradients]");
    const shares = sharesOf(answer);
    const parts = [
      verdicts(answer),
      element("p.learning__loss", { "data-loss": answer.losses[0] }, lossText(answer)),
      ...this.#weightParts(answer, errorTable(answer, shares), shares),
    ];
    this.#result.replaceChildren(...parts);
    if (focused) /** @type {HTMLElement|null} */ (this.#result.querySelector("[data-gradients]"))?.focus();
  }

  /** @param {LearningStep} answer @param {Element} errors @param {Shares} shares */
  #weightParts(answer, errors, shares) {
    const { weight, steps } = answer;
    const unit = this.#unit;
    if (!weight) return [errors, element("p.muted", {}, NOT_TRACED)];
    if (unit?.layer !== weight.layer || unit.unit !== weight.unit) return [errors]; // the answer about the unit is due
    const name = inputName(unit, weight.input);
    const title = `The weight from ${name} to ${unit.layer}, ${unit.kind === "conv" ? "map" : "neuron"} ${unit.unit}`;
    const picture = this.#gradientPicture(unit, weight, name);
    const formulas = chainFormulas({ ...answer, weight }, shares).map(({ rule, numbers }) =>
      element("li", {}, element("p", {}, rule), element("p.formula", { translate: "no" }, `= ${numbers}`)),
    );
    const notes = [zeroText(weight)];
    if (steps > 1) notes.push(`After ${stepsText(steps)}, each with a new gradient, the weight is ${format(weight.after)}.`);
    return [
      element("div.learning__columns", {}, errors, picture),
      element("h3", {}, title),
      element("p.muted", {}, ERROR),
      element("ol.learning__chain", { "data-chain": weight.gradient }, ...formulas),
      element("p", { "data-learning-note": "" }, notes.filter(Boolean).join(" ")),
    ];
  }

  /** @param {Taught} unit @param {TracedWeight} weight @param {string} name of its input */
  #gradientPicture(unit, weight, name) {
    const gradients = unpackExact(weight.gradients);
    const places = new InputPlaces(unit);
    const picture = canvas(places.isWide ? "cells" : "matrix", `gradient of each weight; chosen: ${name}`);
    for (const [key, value] of Object.entries(ROLE)) picture.setAttribute(key, String(value));
    picture.dataset.gradients = "";
    places.paint(picture, gradients);
    const mark = element("i");
    Object.assign(mark.style, places.boxOf(weight.input));
    const choose = (/** @type {number} */ index) => {
      Object.assign(mark.style, places.boxOf(index));
      this.#wanted = index;
      this.#announcer.say(`${inputName(unit, index)}: gradient ${format(gradients[index])}`);
      this.emit("chosen", { weight: index });
    };
    picture.addEventListener("click", ({ offsetX, offsetY }) =>
      choose(places.indexAt(offsetX / picture.clientWidth, offsetY / picture.clientHeight)),
    );
    picture.addEventListener("keydown", (event) => {
      const move = MOVES[keyOf(event)];
      if (!move) return;
      event.preventDefault();
      choose(places.moved(this.#wanted ?? weight.input, ...move));
    });
    const frame = element("span.marked", {}, picture, mark);
    const shown = figure(frame, "gradients: choose a weight", element("span.range", {}, rangeOf(gradients)));
    shown.classList.toggle("picture--wide", places.isWide);
    return shown;
  }

  /** @param {MouseEvent} event on inputs, weights or products above */
  #clickPicture({ target, offsetX, offsetY }) {
    if (!this.#unit || !(target instanceof HTMLCanvasElement)) return;
    const channel = /** @type {HTMLElement|null} */ (target.closest("[data-channel]"))?.dataset.channel;
    const [right, down] = [offsetX / target.clientWidth, offsetY / target.clientHeight];
    const weight = new InputPlaces(this.#unit).indexAt(right, down, channel === undefined ? null : Number(channel));
    this.emit("chosen", { weight });
  }
}

/** @param {LearningStep} answer what the network says before and after */
function verdicts({ before, after, steps }) {
  const parts = [["Before", before], [`After ${stepsText(steps)}`, after]].map(([when, prediction]) => {
    const { digit, headline, detail, isDoubtful } = describe(/** @type {Prediction} */ (prediction));
    const made = element(
      "div.learning__verdict",
      {},
      element("p.learning__when", {}, String(when)),
      element("p.learning__digit", { translate: "no" }, digit),
      element("div", {}, element("p.learning__headline", {}, headline), element("p.muted", {}, detail)),
    );
    made.toggleAttribute("data-doubtful", isDoubtful);
    return made;
  });
  return element("div.learning__verdicts", { "data-verdicts": "" }, ...parts);
}

/** @param {LearningStep} answer @param {Shares} shares */
function errorTable({ label }, { before, errors, after, decimals }) {
  const heads = ["digit", "probability", "target", "error", "after"];
  const rows = before.map((share, digit) => {
    const target = digit === label ? 1 : 0;
    const numbers = [format(share, decimals), String(target), format(errors[digit], decimals), format(after[digit], decimals)];
    const row = element("tr", {}, element("th", { scope: "row" }, String(digit)), ...numbers.map((text) => element("td", {}, text)));
    if (digit === label) row.setAttribute("aria-current", "true");
    return row;
  });
  const head = element("thead", {}, element("tr", {}, ...heads.map((text) => element("th", { scope: "col" }, text))));
  const table = element("table", {}, head, element("tbody", { "data-errors": "" }, ...rows));
  return element("div", { class: "table learning__errors", tabindex: 0, role: "group", "aria-label": "Errors at the ten outputs" }, table);
}
