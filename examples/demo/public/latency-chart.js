/** @import { Summary } from "./round-trips.js" */
import { element, formatMs } from "./dom.js";
import { ceiling, svg } from "./svg.js";

/** How many round trips the chart has room for. */
export const CHART_SLOTS = 80;

/**
 * Draws a bar for each round trip, oldest first, and a line at their median.
 *
 * @param {HTMLElement} place
 * @param {readonly number[]} roundTripsMs
 * @param {Summary | undefined} summary
 */
export function drawLatencyChart(place, roundTripsMs, summary) {
  if (summary === undefined) {
    place.replaceChildren(element("p", { class: "empty" }, "Send a message to see its echo."));
    return;
  }
  const { median, max } = summary;
  const top = ceiling(max);
  const picture = svg("svg", {
    viewBox: `0 0 ${CHART_SLOTS} 100`,
    preserveAspectRatio: "none",
    role: "img",
    "aria-label": `${roundTripsMs.length} round trips, median ${formatMs(median)} ms, slowest ${formatMs(max)} ms`,
  });
  for (const [index, ms] of roundTripsMs.entries()) {
    const height = Math.max((100 * ms) / top, 1);
    picture.append(svg("rect", { x: index + 0.14, y: 100 - height, width: 0.72, height }));
  }
  const medianY = 100 - (100 * median) / top;
  picture.append(svg("line", { x1: 0, x2: CHART_SLOTS, y1: medianY, y2: medianY }));
  place.replaceChildren(
    element("span", { class: "scale", "aria-hidden": "true" }, `${top} ms`),
    picture,
  );
}
