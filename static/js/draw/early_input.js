/**
 * Records pointer events on the pad until its modules run, and shows their strokes. Pages contain this classic script
 * inline, so that it runs before the first paint; `InkRecorder` in pad.js replays the events.
 */
(() => {
  const KINDS = ["pointerdown", "pointermove", "pointerup", "pointercancel"];
  const FIELDS = /** @type {const} */ (["pointerId", "pointerType", "isPrimary", "button", "buttons", "width", "height"]);
  const LOOK = { fill: "none", stroke: "currentColor", "stroke-width": 0.042, "stroke-linecap": "round", "stroke-linejoin": "round" };
  /** @type {EarlyEvent[]} */
  const events = [];
  /** @type {Set<number>} ids of the pointers that are down on the pad */
  const down = new Set();
  const picture = shape("svg", { class: "pad__canvas", viewBox: "0 0 1 1" });
  const path = shape("path", LOOK);
  let line = ""; // `d` of the path
  picture.append(path);

  /** @param {"svg"|"path"} name @param {Object<string, string|number>} attributes */
  function shape(name, attributes) {
    const made = document.createElementNS("http://www.w3.org/2000/svg", name);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, String(value));
    return made;
  }

  /** @param {Event} event */
  function record(event) {
    const pad = document.querySelector("[data-pad]");
    if (!(event instanceof PointerEvent) || !pad) return;
    if (event.type === "pointerdown" && event.composedPath().includes(pad)) start(event, pad);
    if (!down.has(event.pointerId)) return;
    const coalesced = event.getCoalescedEvents?.() ?? []; // missing on plain http
    for (const each of coalesced.length ? coalesced : [event]) add(event.type, each, pad.getBoundingClientRect());
    if (event.type !== "pointerdown" && event.type !== "pointermove") down.delete(event.pointerId);
  }

  /** @param {PointerEvent} event @param {Element} pad */
  function start(event, pad) {
    event.preventDefault(); // no text selection
    down.add(event.pointerId);
    pad.append(picture);
    pad.setAttribute("data-inked", "");
  }

  /** @param {string} kind @param {PointerEvent} event @param {DOMRect} box of the pad, which may move until the replay */
  function add(kind, event, box) {
    const [x, y] = [(event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height];
    events.push({ kind, x, y, init: Object.fromEntries(FIELDS.map((name) => [name, event[name]])) });
    if (!event.isPrimary) return; // a second finger
    if (kind === "pointerdown") line += `M${x} ${y}h0`; // a dot
    if (kind === "pointermove") line += `L${x} ${y}`;
    path.setAttribute("d", line);
  }

  for (const kind of KINDS) document.addEventListener(kind, record, true);
  window.takeEarlyEvents = () => {
    for (const kind of KINDS) document.removeEventListener(kind, record, true);
    picture.parentElement?.removeAttribute("data-inked");
    picture.remove();
    return events;
  };
})();
