import { element } from "./dom.js";
import { ceiling, svg } from "./svg.js";

/** How many gaps the chart has room for: one a second, for a minute. */
export const GAPS = 60;

/**
 * Draws a bar for each gap between two ticks, oldest first, and a line where each would end if none were late.
 *
 * @param {HTMLElement} place
 * @param {readonly number[]} gapsMs
 */
export function drawGaps(place, gapsMs) {
  if (gapsMs.length === 0) {
    place.replaceChildren(element("p", { class: "empty" }, "Start to hear the clock tick."));
    return;
  }
  const longest = Math.max(...gapsMs);
  const top = ceiling(Math.max(longest, 2000));
  const picture = svg("svg", {
    viewBox: `0 0 ${GAPS} 100`,
    preserveAspectRatio: "none",
    role: "img",
    "aria-label": `${gapsMs.length} times between ticks, the longest ${Math.round(longest)} ms`,
  });
  for (const [index, gap] of gapsMs.entries()) {
    const height = (100 * gap) / top;
    picture.append(svg("rect", { x: index + 0.14, y: 100 - height, width: 0.72, height }));
  }
  const second = 100 - (100 * 1000) / top;
  picture.append(svg("line", { x1: 0, x2: GAPS, y1: second, y2: second }));
  place.replaceChildren(
    element("span", { class: "scale", "aria-hidden": "true" }, `${top.toLocaleString("en")} ms`),
    picture,
  );
}
