/** Loss and accuracy of the present run, with up to two earlier ones over them. */

import { element, find } from "../core/browser.js";
import { shortPercent } from "../core/format.js";
import { CurvePlot } from "./curve_plot.js";
import { accuracyAxis, isNumber, lastOf, lossAxis, shortNumber } from "./scale.js";

/** @import { PlotKind } from "./curve_plot.js" */

/** @type {PlotKind} */
const ACCURACY = {
  training: 3,
  validation: 5,
  write: (value) => (value === null ? "–" : shortPercent(value, 1)),
  format: (value) => `${Math.round(value * 100)} %`,
  axisOf: (_, isClose) => accuracyAxis(isClose),
};
/** @type {PlotKind} */
const LOSS = {
  training: 2,
  validation: 4,
  write: shortNumber,
  format: shortNumber,
  axisOf: (curves, isClose) => lossAxis(lossesOf(curves), isClose),
};

export class CurvesView {
  #element;
  #plots;
  /** @type {LabCurve[]} */
  #curves = [];
  #isClose = false;
  /** @type {number|null} */
  #pointed = null;
  #frame = 0;

  /** @param {HTMLElement} element holds a `[data-plot]` for each plot, `[data-legend]` and `[data-close-up]` */
  constructor(element) {
    this.#element = element;
    this.#plots = [
      { name: "accuracy", kind: ACCURACY, plot: new CurvePlot(find('[data-plot="accuracy"] svg', element), ACCURACY) },
      { name: "loss", kind: LOSS, plot: new CurvePlot(find('[data-plot="loss"] svg', element), LOSS) },
    ];
    for (const { plot } of this.#plots) plot.on("pointed", (epoch) => this.#point(epoch));
    const button = find("[data-close-up]", element);
    button.addEventListener("click", () => {
      this.#isClose = !this.#isClose;
      button.setAttribute("aria-pressed", String(this.#isClose));
      this.#schedule();
    });
  }

  /** @param {LabCurve[]} curves the present one first */
  show(curves) {
    this.#curves = curves;
    this.#schedule();
  }

  /** @param {number|null} epoch */
  #point(epoch) {
    this.#pointed = epoch;
    this.#schedule();
  }

  #schedule() {
    this.#frame ||= requestAnimationFrame(() => {
      this.#frame = 0;
      this.#draw();
    });
  }

  #draw() {
    for (const { name, kind, plot } of this.#plots) {
      plot.show(this.#curves, this.#isClose, this.#pointed);
      const box = find(`[data-plot="${name}"]`, this.#element);
      const { epoch, training, validation } = this.#readout(kind);
      put(find("[data-training]", box), training);
      put(find("[data-validation]", box), validation);
      put(find("[data-epoch]", box), this.#pointed === null || !epoch ? "" : `epoch ${epoch}`);
      const values = epoch ? `: training ${training}, validation ${validation} at epoch ${epoch}` : ", none yet";
      find("svg", box).setAttribute("aria-label", `${name} over the epochs${values}`);
    }
    this.#showLegend();
  }

  /** @param {PlotKind} kind @returns {{epoch: string, training: string, validation: string}} at the pointer, else the newest */
  #readout({ training, validation, write }) {
    const points = this.#curves.find(({ hue }) => hue === 0)?.points ?? [];
    const until = this.#pointed === null ? points : points.filter(([, epoch]) => epoch <= Number(this.#pointed));
    const last = lastOf(until, (point) => isNumber(point[training]) || !isNumber(point[validation]));
    const validated = lastOf(until, (point) => isNumber(point[validation]));
    return {
      epoch: last ? last[1].toFixed(2) : "",
      training: last ? write(last[training]) : "",
      validation: validated ? write(validated[validation]) : "",
    };
  }

  #showLegend() {
    const items = this.#curves.map(({ title, hue }) => element("li.legend-run", {}, element(`span.legend-run__line`, { class: `legend-run__line hue-${hue}` }), title));
    const legend = find("[data-legend]", this.#element);
    if (legend.textContent !== items.map((item) => item.textContent).join("")) legend.replaceChildren(...items);
  }
}

/** @param {LabCurve[]} curves @returns {number[]} */
function lossesOf(curves) {
  return curves.flatMap(({ points }) => points.flatMap(([, , loss, , valLoss]) => [loss, valLoss].filter(isNumber)));
}

/** @param {Element} element @param {string} text */
function put(element, text) {
  if (element.textContent !== text) element.textContent = text;
}
