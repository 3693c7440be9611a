import { element } from "./dom.js";
import { ceiling, svg } from "./svg.js";

/**
 * One line or area, with a value for each sample, oldest first.
 *
 * @typedef {{ name: string, values: readonly number[] }} Series
 */

/** @typedef {(place: HTMLElement, legend: HTMLElement, slots: number, all: readonly Series[]) => void} Draw */

/**
 * Draws a line for each series over a time of so many slots that ends now.
 *
 * @type {Draw}
 */
export function drawLines(place, legend, slots, all) {
  const top = ceiling(Math.max(1, ...all.flatMap(({ values }) => values)));
  const lines = all.map(({ values }, index) =>
    svg("polyline", {
      class: `line series-${index}`,
      points: points(values, slots, (value) => value / top),
    }),
  );
  show(place, top, slots, all, lines);
  showLegend(legend, all, 1);
}

/**
 * Draws an area for each series, each upon the one before.
 *
 * @type {Draw}
 */
export function drawAreas(place, legend, slots, all) {
  const floor = (all[0]?.values ?? []).map(() => 0);
  const levels = [floor];
  for (const { values } of all) {
    const below = levels.at(-1) ?? floor;
    levels.push(below.map((height, slot) => height + (values[slot] ?? 0)));
  }
  const top = ceiling(Math.max(4, ...(levels.at(-1) ?? [])));
  const areas = all.map((_series, index) => {
    const upper = points(levels[index + 1] ?? floor, slots, (value) => value / top);
    const lower = points(levels[index] ?? floor, slots, (value) => value / top);
    const back = lower.split(" ").toReversed().join(" ");
    return svg("polygon", { class: `area series-${index}`, points: `${upper} ${back}` });
  });
  show(place, top, slots, all, areas);
  showLegend(legend, all, 0);
}

/** @type {(values: readonly number[], slots: number, share: (value: number) => number) => string} */
function points(values, slots, share) {
  const first = slots - values.length;
  return values.map((value, index) => `${first + index},${100 - 100 * share(value)}`).join(" ");
}

/** @type {(place: HTMLElement, top: number, slots: number, all: readonly Series[], shapes: readonly Node[]) => void} */
function show(place, top, slots, all, shapes) {
  if (all[0] === undefined || all[0].values.length < 2) {
    place.replaceChildren(element("p", { class: "empty" }, "Waiting for the second sample."));
    return;
  }
  const picture = svg("svg", {
    viewBox: `0 0 ${slots - 1} 100`,
    preserveAspectRatio: "none",
    "aria-hidden": "true",
  });
  picture.append(...shapes);
  place.replaceChildren(
    picture,
    element("span", { class: "scale", "aria-hidden": "true" }, top.toLocaleString("en")),
  );
}

/**
 * Writes the latest value of each series in figures, which is what a screen reader reads in place of the picture.
 *
 * @type {(legend: HTMLElement, all: readonly Series[], digits: number) => void}
 */
function showLegend(legend, all, digits) {
  legend.replaceChildren(
    ...all.map(({ name, values }, index) =>
      element(
        "li",
        {},
        element("i", { class: `key series-${index}`, "aria-hidden": "true" }),
        element("span", {}, name),
        " ",
        element("b", {}, (values.at(-1) ?? 0).toFixed(digits)),
      ),
    ),
  );
}
