"""Find faults of a page's layout: overflow, text that is cut, text that lies over other text or pictures."""

from playwright.sync_api import Page

SIZES = [(320, 568), (1024, 768), (1080, 1920), (3840, 2160)]  # phone, old projector, upright screen, 4K

# Names that people choose have any length, and end in an ellipsis.
NAMES = ".tile__name, .thumbnail__name, .username__name, .spotlight__name"

# One sentence for each fault. Boxes are [left, top, right, bottom] in CSS pixels; a line of text is narrowed
# to its letters, because the boxes of lines that are set close together overlap without harm.
FAULTS = """(names) => {
  const found = new Set();
  const page = document.documentElement;
  if (page.scrollWidth > page.clientWidth) found.add(`the page is ${page.scrollWidth} px wide`);

  const boxOf = (element) => {
    const { left, top, right, bottom } = element.getBoundingClientRect();
    return [left, top, right, bottom];
  };
  const meet = (one, other) =>
    Math.min(one[2], other[2]) - Math.max(one[0], other[0]) > 1
      && Math.min(one[3], other[3]) - Math.max(one[1], other[1]) > 1;
  const ancestorsOf = (element) => (element ? [element, ...ancestorsOf(element.parentElement)] : []);
  const styles = new Map();
  const styleOf = (element) => {
    if (!styles.has(element)) styles.set(element, getComputedStyle(element));
    return styles.get(element);
  };
  const isShown = (element) =>
    element.checkVisibility({ opacityProperty: true, visibilityProperty: true })
      && !element.closest(".skip, option, noscript, script, style")
      && ancestorsOf(element).every((each) => styleOf(each).clipPath === "none");

  // What lies over the page hides the rest of it: a dialog, or the drawing in the spotlight.
  const dialog = document.querySelector("dialog[open]");
  const isCovered = (element) =>
    (dialog && !dialog.contains(element))
      || (element.closest(".wall__tiles, .lobby") && document.querySelector(".spotlight:not([hidden])"));

  const cuts = (style, axis) =>
    ["hidden", "clip"].includes(style[`overflow${axis}`]) || /paint|strict|content/.test(style.contain);
  const scrolls = (style, axis) => ["auto", "scroll"].includes(style[`overflow${axis}`]);
  const isBox = (style) =>
    (parseFloat(style.borderTopWidth) > 0 && parseFloat(style.borderLeftWidth) > 0)
      || !["rgba(0, 0, 0, 0)", "transparent"].includes(style.backgroundColor);

  // Return the visible part of a line, and note where it leaves what should hold it.
  const place = (element, line, words) => {
    let visible = [...line];
    let [canScroll, isHeld] = [{ X: false, Y: false }, false];
    for (const each of ancestorsOf(element)) {
      if (each === page || each === document.body) break;
      const [style, box] = [styleOf(each), boxOf(each)];
      for (const [axis, low, high] of [["X", 0, 2], ["Y", 1, 3]]) {
        const leaves = visible[low] < box[low] - 1 || visible[high] > box[high] + 1;
        if (scrolls(style, axis)) canScroll[axis] = true;
        const isCut = cuts(style, axis) && leaves && !element.closest(names);
        if (isCut) found.add(`"${words}" is cut by ${nameOf(each)}`);
        if (cuts(style, axis) || scrolls(style, axis)) {
          visible[low] = Math.max(visible[low], box[low]);
          visible[high] = Math.min(visible[high], box[high]);
        } else if (isBox(style) && style.display !== "inline" && !isHeld && leaves) {
          found.add(`"${words}" leaves ${nameOf(each)}`);
        }
      }
      isHeld ||= isBox(style) && style.display !== "inline";
    }
    const isOutside = visible[0] < -1 || visible[2] > page.clientWidth + 1;
    if (isOutside && !canScroll.X) found.add(`"${words}" leaves the page`);
    return visible;
  };
  const nameOf = (element) => [element.localName, ...element.classList].join(".");

  const lines = [];
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const element = texts.currentNode.parentElement;
    const words = texts.currentNode.data.trim().replace(/\\s+/g, " ").slice(0, 40);
    if (!words || !isShown(element) || isCovered(element)) continue;
    const range = document.createRange();
    range.selectNodeContents(texts.currentNode);
    for (const { left, top, right, bottom } of range.getClientRects()) {
      const margin = 0.2 * (bottom - top);
      const box = place(element, [left, top + margin, right, bottom - margin], words);
      if (box[2] - box[0] > 1 && box[3] - box[1] > 1) lines.push({ element, words, box });
    }
  }
  const pictures = [...document.querySelectorAll("img, canvas, svg:not(svg svg), button:not(:empty)")]
    .filter((each) => isShown(each) && !isCovered(each));

  lines.sort((one, other) => one.box[1] - other.box[1]);
  for (const [index, one] of lines.entries()) {
    for (const other of lines.slice(index + 1)) {
      if (other.box[1] >= one.box[3]) break;
      if (one.element === other.element || !meet(one.box, other.box)) continue;
      found.add(`"${one.words}" lies over "${other.words}"`);
    }
    for (const picture of pictures) {
      if (picture.contains(one.element) || one.element.contains(picture)) continue;
      if (meet(one.box, boxOf(picture))) found.add(`"${one.words}" lies over ${nameOf(picture)}`);
    }
  }
  return [...found];
}"""
SETTLED = "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"


def layout_faults(page: Page, sizes: list[tuple[int, int]] = SIZES) -> list[str]:
    """Return a sentence for each fault of the layout at each size of the window; [] for none."""
    found = []
    for width, height in sizes:
        page.set_viewport_size({"width": width, "height": height})
        page.evaluate(SETTLED)
        found += [f"{width}x{height}: {fault}" for fault in page.evaluate(FAULTS, NAMES)]
    return found
