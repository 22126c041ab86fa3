/** The lab's run on a phone: it covers the pad while open, and takes a guess before a run. */

import { Emitter, find } from "../core/browser.js";
import { isTransient, request } from "../core/server.js";
import { guessText, resultText } from "./guesses.js";
import { guessesIn, RunView } from "./run_view.js";

/** @import { Shown } from "./run_view.js" */

/** A button opens the panel while it is closed; a new question or run opens it by itself. @extends {Emitter<{unjoined: void}>} */
export class PhoneRun extends Emitter {
  #element;
  #opener;
  #isBusy;
  #view;
  #form;
  #isShown = false;
  #isOpen = false;
  /** @type {string|null} */
  #subject = null; // question or run that has opened the panel

  /**
   * @param {HTMLElement} element holds what RunView and GuessForm need, and `[data-close-run]`
   * @param {HTMLElement} opener @param {() => boolean} isBusy whether the pad is in use
   * @param {Pick<Storage, "getItem"|"setItem">} storage
   */
  constructor(element, opener, isBusy, storage) {
    super();
    this.#element = element;
    this.#opener = opener;
    this.#isBusy = isBusy;
    this.#view = new RunView(element);
    this.#form = new GuessForm(find("[data-guess-form]", element), find("[data-guess-answer]", element), storage);
    this.#form.on("unjoined", () => this.emit("unjoined"));
    find("[data-close-run]", element).addEventListener("click", () => {
      this.close();
      opener.focus();
    });
    opener.addEventListener("click", () => {
      this.#setOpen(true);
      find("[data-close-run]", element).focus();
    });
  }

  /** @param {RunNews} news */
  show(news) {
    this.#isShown = news.shown;
    if (news.shown) {
      this.#view.show(news);
      this.#form.show(guessesIn(news));
      this.#openFor(news);
    } else {
      this.#subject = null;
      this.#isOpen = false; // the next run must not cover a pad in use
    }
    this.#update();
  }

  close() {
    this.#setOpen(false);
  }

  /** @param {Shown} news */
  #openFor({ run, guesses }) {
    const subject = guesses?.open ? guesses.id : String(run?.id ?? "");
    if (subject === this.#subject) return;
    this.#subject = subject;
    if (!this.#isBusy()) this.#isOpen = true;
  }

  /** @param {boolean} isOpen */
  #setOpen(isOpen) {
    this.#isOpen = isOpen;
    this.#update();
  }

  #update() {
    const isOpen = this.#isShown && this.#isOpen;
    this.#element.hidden = !isOpen;
    this.#element.parentElement?.toggleAttribute("data-run-open", isOpen);
    this.#opener.hidden = !this.#isShown || this.#isOpen;
  }
}

const KEY = "inkwise.guess"; // in storage: id of the question and the guess, so that a reload keeps it
const OK = 200;
const NOT_JOINED = 401;
const UNREACHABLE = "The server cannot be reached. Try again.";
const CHANGEABLE = "You can change it until the run starts.";
const OUT_OF_RANGE = "Enter a number from 0 to 100 %.";

/** A slider and a field for the same number. @extends {Emitter<{unjoined: void}>} */
class GuessForm extends Emitter {
  #form;
  #answer;
  #storage;
  /** @type {HTMLInputElement} */
  #field;
  /** @type {HTMLInputElement} */
  #slider;
  #id = ""; // of the question
  #kept; // the last guess, as in storage
  #refusal = ""; // why the server did not take a guess for this question

  /** @param {HTMLElement} form @param {HTMLElement} answer @param {Pick<Storage, "getItem"|"setItem">} storage */
  constructor(form, answer, storage) {
    super();
    this.#form = form;
    this.#answer = answer;
    this.#storage = storage;
    this.#kept = storage.getItem(KEY) ?? "";
    this.#field = find("[data-guess-field]", form);
    this.#slider = find("[data-guess-slider]", form);
    this.#slider.addEventListener("input", () => (this.#field.value = this.#slider.value));
    this.#field.addEventListener("input", () => (this.#slider.value = this.#field.value));
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#send();
    });
  }

  /** @param {{guesses: Guesses, truth: number|null}|null} found */
  show(found) {
    const isNew = found !== null && found.guesses.id !== this.#id;
    const wasOpen = !this.#form.hidden;
    this.#id = found?.guesses.id ?? "";
    this.#form.hidden = !found?.guesses.open;
    if (isNew) this.#refusal = "";
    if (isNew) this.#fill();
    if (isNew || !found?.guesses.open || !wasOpen) this.#say(found);
  }

  /** @returns {number|null} the own guess for this question */
  get #guess() {
    const [id, accuracy] = this.#kept.split(" ");
    return id && id === this.#id ? Number(accuracy) : null;
  }

  #fill() {
    const guess = this.#guess;
    this.#field.value = guess === null ? "" : String(Math.round(guess * 1000) / 10);
    this.#slider.value = guess === null ? "50" : this.#field.value;
  }

  /** @param {{guesses: Guesses, truth: number|null}|null} found */
  #say(found) {
    const guess = this.#guess;
    this.#write(found && guess !== null ? ownText(guess, found) : this.#refusal);
  }

  async #send() {
    const share = this.#field.value === "" ? Number.NaN : Number(this.#field.value) / 100;
    if (!(share >= 0 && share <= 1)) return this.#write(OUT_OF_RANGE);
    const id = this.#id;
    /** @type {Reply<{accuracy: number}>} */
    const reply = await request("PUT", "/api/room/guess", { body: { accuracy: share } });
    if (reply.status === OK) {
      this.#keep(id, reply.body.accuracy);
      this.#write(`Your guess: ${guessText(reply.body.accuracy)}. ${CHANGEABLE}`);
    } else {
      if (reply.status === NOT_JOINED) this.emit("unjoined");
      else if (!isTransient(reply) && id === this.#id) this.#refusal = reply.message;
      this.#write(reply.message || UNREACHABLE);
    }
  }

  /** @param {string} id @param {number} accuracy */
  #keep(id, accuracy) {
    this.#kept = `${id} ${accuracy}`;
    try {
      this.#storage.setItem(KEY, this.#kept);
    } catch {
      // The storage is full: after a reload the page does not know the guess, but it counts.
    }
  }

  /** @param {string} text */
  #write(text) {
    if (this.#answer.textContent !== text) this.#answer.textContent = text;
  }
}

/** @param {number} guess @param {{guesses: Guesses, truth: number|null}} found @returns {string} */
function ownText(guess, { guesses, truth }) {
  if (guesses.open) return `Your guess: ${guessText(guess)}. ${CHANGEABLE}`;
  if (truth === null) return `Your guess: ${guessText(guess)}.`;
  return guesses.values ? resultText(guess, guesses.values, truth) : "";
}
