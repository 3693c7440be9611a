import { byId } from "./dom.js";
import { drawGaps, GAPS } from "./gap-chart.js";
import { createLink } from "./link.js";

const chart = byId("chart", HTMLElement);
let ticks = 0;
/** @type {number | undefined} When the tick before was heard. */
let heardAtMs;
/** @type {number[]} Between ticks, as many as the chart has room for. */
let gapsMs = [];

const link = createLink(
  () => "/date",
  { open: "Start", close: "Stop" },
  {
    onMessage: show,
    onClose() {
      heardAtMs = undefined;
    },
  },
);
drawGaps(chart, gapsMs);

byId("form", HTMLFormElement).addEventListener("submit", (event) => {
  event.preventDefault();
  link.toggle();
});

/** @param {string} text The time as ISO 8601. */
function show(text) {
  const nowMs = performance.now();
  const date = new Date(text);
  const time = byId("time", HTMLTimeElement);
  time.dateTime = text;
  time.textContent = text.slice(11, 19);
  write("day", `${date.toLocaleDateString("en", { dateStyle: "full", timeZone: "UTC" })}, UTC`);
  ticks += 1;
  write("ticks", ticks.toLocaleString("en"));
  write("behind", (Date.now() - date.getTime()).toLocaleString("en"));
  if (heardAtMs !== undefined) {
    gapsMs = [...gapsMs, nowMs - heardAtMs].slice(-GAPS);
    write("gap", Math.round(nowMs - heardAtMs).toLocaleString("en"));
    drawGaps(chart, gapsMs);
  }
  heardAtMs = nowMs;
}

/** @type {(id: string, text: string) => void} */
function write(id, text) {
  byId(id, HTMLElement).textContent = text;
}
