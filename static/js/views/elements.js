/** Short ways to make elements. */

/**
 * @param {string} kind "p" or "p.note": an element's name and one class
 * @param {Object<string, string>} attributes
 * @param {(Node|string)[]} children
 */
export function element(kind, attributes = {}, ...children) {
  const [name, className] = kind.split(".");
  const made = document.createElement(name);
  if (className) made.className = className;
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

const SVG = "http://www.w3.org/2000/svg";

export function svg(name, attributes = {}, ...children) {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

/** A picture with a caption under it. */
export function figure(picture, ...caption) {
  return element("figure.picture", {}, picture, element("figcaption", {}, ...caption));
}

/** @returns {HTMLCanvasElement} with `label` for those who cannot see it */
export function canvas(className, label) {
  return element(`canvas.${className}`, { role: "img", "aria-label": label });
}
