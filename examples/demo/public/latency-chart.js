import { element, formatMs } from "./dom.js";

const SLOTS = 80;
const SVG = "http://www.w3.org/2000/svg";

/** @typedef {{ last: number, median: number, p95: number, max: number }} Figures */

/**
 * Makes a bar chart of the latest round trips, oldest first, with a line at their median.
 *
 * @param {HTMLElement} place
 */
export function createLatencyChart(place) {
  /** @type {number[]} */
  let roundTripsMs = [];
  draw(place, roundTripsMs);

  return {
    /**
     * @param {number[]} added
     * @returns {Figures | undefined} Nothing while there is no round trip.
     */
    add(added) {
      if (added.length > 0) {
        roundTripsMs = [...roundTripsMs, ...added].slice(-SLOTS);
        draw(place, roundTripsMs);
      }
      return figuresOf(roundTripsMs);
    },
    clear() {
      roundTripsMs = [];
      draw(place, roundTripsMs);
    },
  };
}

/**
 * @param {HTMLElement} place
 * @param {number[]} roundTripsMs
 */
function draw(place, roundTripsMs) {
  const figures = figuresOf(roundTripsMs);
  if (figures === undefined) {
    place.replaceChildren(element("p", { class: "empty" }, "Send a message to see its echo."));
    return;
  }
  const { median, max } = figures;
  const top = ceiling(max);
  const picture = svg("svg", {
    viewBox: `0 0 ${SLOTS} 100`,
    preserveAspectRatio: "none",
    role: "img",
    "aria-label": `${roundTripsMs.length} round trips, median ${formatMs(median)} ms, slowest ${formatMs(max)} ms`,
  });
  for (const [index, ms] of roundTripsMs.entries()) {
    const height = Math.max((100 * ms) / top, 1);
    picture.append(svg("rect", { x: index + 0.14, y: 100 - height, width: 0.72, height }));
  }
  const medianY = 100 - (100 * median) / top;
  picture.append(svg("line", { x1: 0, x2: SLOTS, y1: medianY, y2: medianY }));
  place.replaceChildren(
    element("span", { class: "scale", "aria-hidden": "true" }, `${top} ms`),
    picture,
  );
}

/**
 * @param {number[]} roundTripsMs
 * @returns {Figures | undefined}
 */
function figuresOf(roundTripsMs) {
  const last = roundTripsMs.at(-1);
  if (last === undefined) {
    return undefined;
  }
  const sorted = roundTripsMs.toSorted((a, b) => a - b);
  return { last, median: atRank(sorted, 0.5), p95: atRank(sorted, 0.95), max: atRank(sorted, 1) };
}

/**
 * The nearest rank, so that every figure shown was measured.
 *
 * @param {number[]} sorted
 * @param {number} share
 */
function atRank(sorted, share) {
  return /** @type {number} */ (sorted[Math.ceil(share * sorted.length) - 1]);
}

/**
 * The next of 1, 2, 5, 10, 20, 50 … so that the scale does not move with every bar.
 *
 * @param {number} max
 */
function ceiling(max) {
  const power = 10 ** Math.floor(Math.log10(Math.max(max, 1)));
  const step = [1, 2, 5, 10].find((candidate) => candidate * power >= max) ?? 10;
  return step * power;
}

/**
 * @param {string} name
 * @param {Record<string, string | number>} attributes
 */
function svg(name, attributes) {
  const made = document.createElementNS(SVG, name);
  for (const [attribute, value] of Object.entries(attributes)) {
    made.setAttribute(attribute, String(value));
  }
  return made;
}
