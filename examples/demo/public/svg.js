const SVG = "http://www.w3.org/2000/svg";

/**
 * The next of 1, 2, 5, 10, 20, 50 … so that the scale does not move with every bar.
 *
 * @param {number} max
 */
export function ceiling(max) {
  const power = 10 ** Math.floor(Math.log10(Math.max(max, 1)));
  const step = [1, 2, 5, 10].find((candidate) => candidate * power >= max) ?? 10;
  return step * power;
}

/**
 * Makes an element of a picture.
 *
 * @param {string} name
 * @param {Record<string, string | number>} attributes
 */
export function svg(name, attributes) {
  const made = document.createElementNS(SVG, name);
  for (const [attribute, value] of Object.entries(attributes)) {
    made.setAttribute(attribute, String(value));
  }
  return made;
}
