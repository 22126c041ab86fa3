/** What is seen of the present run: pinned digits, weights, gradients, confusion matrix; drawn once a frame. */

import { find } from "../core/browser.js";
import { LazyPart } from "../core/lazy.js";
import { lazyImport } from "../core/server.js";
import { PinnedView } from "./pinned_view.js";

/** @import { WatchedViews } from "./watch_views.js" */

const importWatchViews = lazyImport(new URL("./watch_views.js", import.meta.url), () => import("./watch_views.js"));
const RUNNING = ["waiting", "training", "paused"];
const NOTHING = { weights: null, pinned: null, confusion: null, gradients: null };

export class RunViews {
  #pinned = new PinnedView(find("[data-pinned]"));
  #watched = new LazyPart(importWatchViews, ({ WatchViews }) => new WatchViews());
  #frame = 0;
  /** @type {Partial<LabViews>} what has changed since the last frame */
  #due = {};
  /** @type {WatchedViews} what waits for its views */
  #waiting = {};

  /** Load the views that are not there at the start. */
  load = () => this.#watched.load();

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
    this.#pinned.expect(drawings);
  }

  /** Pin other drawings. @param {LabDrawing[]} drawings @param {LabRun|null} run */
  pin(drawings, run) {
    const isUnread = run !== null && !run.model && !RUNNING.includes(run.status);
    if (isUnread) this.show({ pinned: null }); // no network reads them
    this.expectPinned(drawings);
  }

  #draw() {
    const { pinned, ...watched } = this.#due;
    this.#due = {};
    if (pinned !== undefined) this.#pinned.show(pinned);
    Object.assign(this.#waiting, watched);
    if (this.#watched.part || Object.values(this.#waiting).some(Boolean)) this.#showWatched();
  }

  async #showWatched() {
    const views = await this.#watched.ready();
    views.show(this.#waiting);
    this.#waiting = {};
  }
}
