/** Prepared stories: each loads a configuration, and its runs are trained one after the other. */

import { element, Emitter, find } from "../core/browser.js";

/** @extends {Emitter<{storychosen: LabStory, runswanted: LabStory, closed: void}>} */
export class StoriesView extends Emitter {
  #list;
  #banner;
  /** @type {LabStory|null} */
  #story = null;

  /** @param {HTMLElement} list @param {HTMLElement} banner of the chosen story @param {LabStory[]} stories */
  constructor(list, banner, stories) {
    super();
    this.#list = list;
    this.#banner = banner;
    list.replaceChildren(...stories.map((story) => this.#card(story)));
    find("[data-run-all]", banner).addEventListener("click", () => this.#story && this.emit("runswanted", this.#story));
    find("[data-close-story]", banner).addEventListener("click", () => this.#close());
  }

  /** @param {LabStory} story */
  #card(story) {
    const text = element("span.story__text", {}, story.text);
    const button = element("button.story", { type: "button", "data-story": story.name, "aria-pressed": "false" }, element("b.story__title", {}, story.title), " ", text);
    button.addEventListener("click", () => this.#choose(story));
    return element("li", {}, button);
  }

  /** @param {LabStory} story */
  #choose(story) {
    this.#story = story;
    this.#mark();
    find("[data-story-title]", this.#banner).textContent = story.title;
    find("[data-story-text]", this.#banner).textContent = story.text;
    find("[data-run-all]", this.#banner).textContent = runAllText(story.runs.length);
    this.progress("");
    this.#banner.hidden = false;
    this.emit("storychosen", story);
  }

  #close() {
    this.#story = null;
    this.#mark();
    this.#banner.hidden = true;
    this.emit("closed");
  }

  #mark() {
    for (const button of this.#list.querySelectorAll("[data-story]")) {
      button.setAttribute("aria-pressed", String(button.getAttribute("data-story") === this.#story?.name));
    }
  }

  /** @param {string} text such as "Run 1 of 2: 100 digits" */
  progress(text) {
    find("[data-story-progress]", this.#banner).textContent = text;
  }

  /** @param {boolean} isPossible whether runs can be started */
  allow(isPossible) {
    find("[data-run-all]", this.#banner).setAttribute("aria-disabled", String(!isPossible));
  }
}

/** @param {number} count of runs */
function runAllText(count) {
  return count === 1 ? "Run it" : count === 2 ? "Run both" : `Run all ${count}`;
}

/**
 * Runs that are trained one after the other. `due` carries the next one to start; after the last one, null.
 *
 * @extends {Emitter<{due: LabStoryRun|null}>}
 */
export class RunQueue extends Emitter {
  /** @type {LabStoryRun[]} */
  #runs = [];
  #next = 0;
  /** @type {number|null} id of the run that trains */
  #id = null;

  /** @returns {string} "Run 1 of 2: 100 digits"; "" for none */
  get text() {
    const run = this.#runs[this.#next - 1];
    return run ? `Run ${this.#next} of ${this.#runs.length}: ${run.title}` : "";
  }

  /** @param {LabStoryRun[]} runs */
  start(runs) {
    this.#runs = runs;
    this.#next = 0;
    this.#advance();
  }

  stop() {
    this.#runs = [];
    this.#id = null;
  }

  /** Note which run trains. @param {number} id */
  started(id) {
    this.#id = id;
  }

  /** Start the next one when the newest run is over; one that the presenter has stopped ends the queue. @param {LabRun|null} run */
  follow(run) {
    if (this.#id === null || run?.id !== this.#id) return;
    if (run.status === "stopped") this.stop();
    else if (run.status === "done" || run.status === "failed") this.#advance();
  }

  #advance() {
    this.#id = null;
    const run = this.#runs[this.#next] ?? null;
    if (run) this.#next += 1;
    else this.#runs = [];
    this.emit("due", run);
  }
}
