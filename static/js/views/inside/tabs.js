/** Tabs: one view at a time, chosen by pointer or arrow keys. Tells `viewchosen` with its name as detail. */

export class Tabs extends EventTarget {
  #tabs;
  #shown = null;

  /** @param {HTMLElement} element holds buttons with `data-tab`; `aria-controls` names each one's panel */
  constructor(element) {
    super();
    this.#tabs = [...element.querySelectorAll("[data-tab]")];
    for (const tab of this.#tabs) tab.addEventListener("click", () => this.#choose(tab));
    element.addEventListener("keydown", (event) => this.#press(event));
  }

  show(name) {
    for (const tab of this.#tabs) {
      const isShown = tab.dataset.tab === name;
      tab.setAttribute("aria-selected", String(isShown));
      tab.tabIndex = isShown ? 0 : -1;
      document.getElementById(tab.getAttribute("aria-controls")).hidden = !isShown;
      if (isShown && name !== this.#shown) reveal(tab);
    }
    this.#shown = name;
  }

  #choose(tab) {
    this.dispatchEvent(new CustomEvent("viewchosen", { detail: tab.dataset.tab }));
  }

  #press(event) {
    const steps = { ArrowLeft: -1, ArrowRight: 1 };
    if (!(event.key in steps)) return;
    event.preventDefault();
    const { length } = this.#tabs;
    const next = this.#tabs[(this.#tabs.indexOf(event.target) + steps[event.key] + length) % length];
    next.focus();
    this.#choose(next);
  }
}

/** Scroll the row of tabs sideways, and never the page, until the tab is seen whole. */
function reveal(tab) {
  const row = tab.parentElement;
  const [inner, outer] = [tab, row].map((each) => each.getBoundingClientRect());
  row.scrollLeft += Math.min(inner.left - outer.left, 0) + Math.max(inner.right - outer.right, 0);
}
