/** Views of the wall beside the drawings: counts, join information, spotlight. */

import { BASE_PATH, element, find } from "../core/browser.js";
import { pairText, percent, readingOf, shortPercent, verdictOf, verdictSentence } from "../core/format.js";
import { inkPicture } from "./tiles.js";

const QR = `${BASE_PATH}/qr.svg`;
const WIFI_QR = `${BASE_PATH}/wifi.svg`;
const RETRY = 3_000; // milliseconds after which a failed QR code is fetched again

/** The room's counts and address, in all elements with the hooks. */
export class RoomCounts {
  #element;

  #wifi = "";

  /** @param {HTMLElement} element holds hooks such as `[data-phones]`, each any number of times */
  constructor(element) {
    this.#element = element;
    for (const image of this.#images) retryOnError(image, QR);
    for (const image of this.#wifiImages) retryOnError(image, WIFI_QR);
  }

  /** @returns {NodeListOf<HTMLImageElement>} */
  get #images() {
    return this.#element.querySelectorAll("img[data-qr]");
  }

  /** @returns {NodeListOf<HTMLImageElement>} */
  get #wifiImages() {
    return this.#element.querySelectorAll("img[data-wifi-qr]");
  }

  /** @param {RoomState} state */
  show({ participants, on_wall: drawings, code, needs_code: needsCode, address, wifi }) {
    this.put("[data-phones]", participants.toLocaleString("en"));
    this.put("[data-phones-noun]", participants === 1 ? "phone" : "phones");
    this.put("[data-drawings]", drawings.toLocaleString("en"));
    this.put("[data-drawings-noun]", drawings === 1 ? "drawing" : "drawings");
    this.put("[data-code]", code ?? "");
    this.#hide("[data-code-line]", !code);
    this.#hide("[data-code-withheld]", !needsCode || Boolean(code));
    this.#renewCodes(`${address} ${code}`);
    this.#showAddress((address ?? "").replace(/^http:\/\//, ""));
    this.#showWifi(wifi ?? null);
  }

  /** @param {Wifi|null} wifi */
  #showWifi(wifi) {
    if (JSON.stringify(wifi) === this.#wifi) return;
    this.#wifi = JSON.stringify(wifi);
    this.#hide("[data-wifi]", !wifi);
    this.#hide("[data-without-wifi]", Boolean(wifi));
    this.#hide("[data-wifi-password-line]", !wifi?.password);
    this.put("[data-wifi-name]", wifi?.name ?? "");
    this.put("[data-wifi-password]", wifi?.password ?? "");
    for (const image of this.#wifiImages) {
      if (wifi) image.src = `${WIFI_QR}?at=${Date.now()}`; // the address must not hold the password
      else image.removeAttribute("src");
    }
  }

  /** @param {string} hook @param {boolean} isHidden */
  #hide(hook, isHidden) {
    /** @type {NodeListOf<HTMLElement>} */
    const parts = this.#element.querySelectorAll(hook);
    for (const part of parts) part.hidden = isHidden;
  }

  /** Fetch QR codes again when the address has changed. @param {string} target */
  #renewCodes(target) {
    for (const image of this.#images) {
      if (image.dataset.qr && image.dataset.qr !== target) image.src = `${QR}?for=${encodeURIComponent(target)}`;
      image.dataset.qr = target;
    }
  }

  /** Allow a line break only before the last part. @param {string} address */
  #showAddress(address) {
    const cut = address.lastIndexOf("/");
    for (const part of this.#element.querySelectorAll("[data-address]")) {
      if (part.textContent === address) continue;
      part.replaceChildren(address.slice(0, cut), document.createElement("wbr"), address.slice(cut));
    }
  }

  /** Write text where it changes. @param {string} hook @param {string} text */
  put(hook, text) {
    for (const part of this.#element.querySelectorAll(hook)) if (part.textContent !== text) part.textContent = text;
  }
}

/** A room without a database has no QR code yet. @param {HTMLImageElement} image @param {string} path */
function retryOnError(image, path) {
  const hasCode = () => image.hasAttribute("src"); // a room may have no Wi-Fi
  const fetchNow = () => {
    if (hasCode()) image.src = `${path}?at=${Date.now()}`;
  };
  const fetchAgain = () => setTimeout(fetchNow, RETRY);
  image.addEventListener("error", fetchAgain);
  if (hasCode() && image.complete && !image.naturalWidth) fetchAgain(); // has already failed
}

/** The side of the wall: join information, and what the drawings on the wall add up to. */
export class WallSide {
  #element;
  #counts;
  /** @type {Scoreboard|null} */
  #scores = null;
  /** @type {RoomState|null} */
  #state = null;

  /** @param {HTMLElement} element holds hooks such as `[data-right]` */
  constructor(element) {
    this.#element = element;
    this.#counts = new RoomCounts(element);
  }

  /** @param {RoomState} state */
  showState(state) {
    this.#counts.show(state);
    find("[data-paused]", this.#element).hidden = !state.paused;
    this.#state = state;
    this.#writeScores();
  }

  /** @param {Scoreboard} scores of the drawings on the wall */
  showScores(scores) {
    this.#scores = scores;
    this.#writeScores();
  }

  /** Show verdicts in a fool round, accuracy in others; nothing on a cleared wall. */
  #writeScores() {
    const scores = this.#state?.on_wall ? this.#scores : null;
    const own = scores?.models.find(({ model }) => model === scores.model);
    const { yes = 0, caught = 0 } = scores?.verdicts ?? {};
    const [pair] = scores?.pairs ?? [];
    const [left, right] = this.#state?.round.kind === "fool"
      ? [[verdictOf({ fooled: "yes" }), String(yes)], [verdictOf({ fooled: "caught" }), String(caught)]]
      : [["correct", percent(own?.accuracy, 1, own?.labeled)], ["most confused", pair ? pairText(pair) : "–"]];
    for (const [hook, [noun, figure]] of /** @type {const} */ ([["right", left], ["pair", right]])) {
      this.#counts.put(`[data-${hook}-noun]`, noun);
      this.#counts.put(`[data-${hook}]`, figure);
    }
  }

  /** @param {boolean} isReachable */
  showReach(isReachable) {
    find("[data-offline]", this.#element).hidden = isReachable;
  }
}

const NO_BREAK_PERCENT = "\u00a0%";
const GROW_MS = 120;

/** One drawing over the wall, with every model's prediction and a link to the page Inside. */
export class Spotlight {
  #element;

  /** @param {HTMLElement} element holds `[data-ink]`, `[data-author]`, `[data-answers]` and the like */
  constructor(element) {
    this.#element = element;
  }

  get isOpen() {
    return !this.#element.hidden;
  }

  /** @param {Drawing} drawing with `answers` @param {DOMRect} [from] box of its tile */
  show(drawing, from) {
    this.#write(drawing);
    if (this.isOpen) return;
    this.#element.hidden = false;
    if (from && !matchMedia("(prefers-reduced-motion: reduce)").matches) this.#grow(from);
  }

  hide() {
    this.#element.hidden = true;
  }

  /** @param {Drawing} drawing */
  #write(drawing) {
    const { sentence, tone } = readingOf(drawing);
    this.#element.dataset.tone = tone;
    this.#element.dataset.drawing = drawing.id;
    this.#find("[data-ink]").replaceChildren(inkPicture(drawing.strokes, `drawing ${drawing.number}`));
    this.#put("[data-author]", drawing.name);
    this.#put("[data-number]", `drawing ${drawing.number}`);
    this.#put("[data-verdict]", verdictSentence(drawing));
    const unbroken = sentence.replaceAll(" %", NO_BREAK_PERCENT);
    this.#put("[data-sentence]", `${unbroken[0].toUpperCase()}${unbroken.slice(1)}.`);
    const rows = (drawing.answers ?? []).map((answer) => answerRow(answer, drawing));
    this.#find("[data-answers]").replaceChildren(...rows);
    this.#find("[data-inside]").setAttribute("href", `${BASE_PATH}/room/drawings/${drawing.id}/inside`);
    this.#find("[data-inside-qr]").setAttribute("src", `${BASE_PATH}/room/drawings/${drawing.id}/inside.svg`);
  }

  /** @param {DOMRect} from */
  #grow(from) {
    const to = this.#element.getBoundingClientRect();
    const scale = Math.max(from.width / to.width, from.height / to.height);
    const [x, y] = [from.x + from.width / 2 - (to.x + to.width / 2), from.y + from.height / 2 - (to.y + to.height / 2)];
    const start = { transform: `translate(${x}px, ${y}px) scale(${scale})` };
    this.#element.animate([start, { transform: "none" }], { duration: GROW_MS, easing: "ease-out" });
  }

  /** @param {string} selector */
  #find(selector) {
    return find(selector, this.#element);
  }

  /** @param {string} selector @param {string} text */
  #put(selector, text) {
    this.#find(selector).textContent = text;
  }
}

/** Return one model's prediction. @param {ModelAnswer} answer @param {Drawing} drawing */
function answerRow(answer, { label, fooled }) {
  const reading = readingOf({ ...answer, label, fooled });
  const fill = element("span.model-bar__fill");
  fill.style.setProperty("--share", String(reading.isDoubtful ? 0 : answer.probability));
  return element(
    "li.model-bar",
    { "data-tone": reading.tone },
    element("span.model-bar__model", { translate: "no" }, answer.model),
    element("b.model-bar__digit", {}, reading.digit),
    element("span.model-bar__sign", {}, reading.sign[0] ?? ""),
    element("span.model-bar__track", { "aria-hidden": "true" }, fill),
    element("span.model-bar__share", {}, reading.isDoubtful ? reading.share : shortPercent(answer.probability, 1)),
  );
}
