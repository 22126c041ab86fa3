/** Points of the present run and of the runs laid over it. Knows no DOM. */

import { Emitter } from "../core/browser.js";
import { request } from "../core/server.js";
import { thin } from "./scale.js";
import { runName } from "./spec.js";

const MOST_OVERLAYS = 2;
const HUES = [1, 2];

/** @typedef {{run: LabRun, points: LabPoint[], hue: number}} Overlay */

/** @extends {Emitter<{changed: void}>} */
export class CurveStore extends Emitter {
  #send;
  /** @type {LabRun|null} */
  #run = null;
  /** @type {LabPoint[]} */
  #points = [];
  /** @type {Overlay[]} oldest first */
  #overlays = [];

  /** @param {Send} send */
  constructor(send = request) {
    super();
    this.#send = send;
  }

  /** @returns {LabCurve[]} the present one first */
  get curves() {
    const present = this.#run ? [{ run: this.#run, points: this.#points, hue: 0 }] : [];
    return [...present, ...this.#overlays].map(({ run, points, hue }) => {
      return { title: runName(run), hue, epochs: run.epochs, isFailed: run.status === "failed", points };
    });
  }

  /** @returns {Map<number, number>} hue of each run that is shown, by its id */
  get hues() {
    const hues = new Map(this.#overlays.map(({ run, hue }) => [run.id, hue]));
    if (this.#run) hues.set(this.#run.id, 0);
    return hues;
  }

  /**
   * Take an event of the server. A new run pushes the present one back.
   *
   * @param {LabRun|null} run @param {LabPoint[]} points @param {boolean} isComplete whether these are all points
   */
  take(run, points, isComplete) {
    const isNew = run?.id !== this.#run?.id;
    if (isNew && this.#run && this.#points.length) this.#push({ run: this.#run, points: this.#points });
    if (isNew && run) this.#drop(run.id);
    this.#run = run;
    this.#points = thin(isNew || isComplete ? points : joined(this.#points, points));
    this.emit("changed");
  }

  /** Lay a run over the present one, or remove it. @param {LabRun} run @returns {Promise<string>} "" or an error */
  async toggle(run) {
    if (this.#overlays.some((overlay) => overlay.run.id === run.id)) this.#drop(run.id);
    else {
      /** @type {Reply<LabDetail>} */
      const { status, body, message } = await this.#send("GET", `/api/lab/runs/${run.id}`);
      if (status !== 200) return message || "The server cannot be reached. Try again.";
      this.#push({ run, points: thin(body.points) });
    }
    this.emit("changed");
    return "";
  }

  /** Remove the runs that are no longer there. @param {LabRun[]} runs */
  keepOnly(runs) {
    this.#overlays = this.#overlays.filter(({ run }) => runs.some(({ id }) => id === run.id));
    this.emit("changed");
  }

  /** @param {number} id */
  #drop(id) {
    this.#overlays = this.#overlays.filter(({ run }) => run.id !== id);
  }

  /** @param {{run: LabRun, points: LabPoint[]}} curve */
  #push({ run, points }) {
    this.#drop(run.id);
    const kept = this.#overlays.slice(1 - MOST_OVERLAYS);
    const hue = HUES.find((each) => kept.every((overlay) => overlay.hue !== each)) ?? HUES[0];
    this.#overlays = [...kept, { run, points, hue }];
  }
}

/** @param {LabPoint[]} known @param {LabPoint[]} points new ones; the first may complete the last known one */
function joined(known, points) {
  const isSame = points.length > 0 && known.length > 0 && known[known.length - 1][0] === points[0][0];
  return [...(isSame ? known.slice(0, -1) : known), ...points];
}
