/** What is seen of the present run: weights, pinned digits, gradients, confusion matrix; drawn once a frame. */

import { find } from "../core/browser.js";
import { ConfusionMatrix } from "../room/score_views.js";
import { GradientsView, PinnedView, setFilled, WeightsView } from "./watch_views.js";

const NOTHING = { weights: null, pinned: null, confusion: null, gradients: null };

export class RunViews {
  #confusion = find("[data-confusion]");
  #matrix = new ConfusionMatrix(find("[data-matrix]"));
  #views = {
    weights: new WeightsView(find("[data-weights]")),
    pinned: new PinnedView(find("[data-pinned]")),
    gradients: new GradientsView(find("[data-gradients]")),
  };
  #frame = 0;
  /** @type {Partial<LabViews>} what has changed since the last frame */
  #due = {};

  /** Show the newest of each view in the next frame. @param {Partial<LabViews>} changes */
  show(changes) {
    Object.assign(this.#due, changes);
    this.#frame ||= requestAnimationFrame(() => {
      this.#frame = 0;
      this.#draw();
    });
  }

  /** Empty all views for a new run. */
  clear() {
    this.show(NOTHING);
  }

  /** @param {LabDrawing[]} drawings that the next point will read */
  expectPinned(drawings) {
    this.#views.pinned.expect(drawings);
  }

  #draw() {
    const { confusion, ...others } = this.#due;
    this.#due = {};
    if (confusion !== undefined) setFilled(this.#confusion, confusion !== null);
    if (confusion) this.#matrix.show(confusion);
    for (const name of /** @type {(keyof typeof others)[]} */ (Object.keys(others))) this.#views[name].show(/** @type {any} */ (others[name]));
  }
}
