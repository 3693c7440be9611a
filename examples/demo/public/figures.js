/** @import { Travel } from "./conversation.js" */
import { byId, drawLater, formatMs } from "./dom.js";
import { CHART_SLOTS, drawLatencyChart } from "./latency-chart.js";
import { summarize } from "./round-trips.js";

/** Makes the numbers of one connection: how much traveled, and how long the round trips took. */
export function createFigures() {
  const chart = byId("chart", HTMLElement);
  /** @type {number | undefined} */
  let openedInMs;
  let sent = 0;
  let received = 0;
  /** @type {number[]} The latest, as many as the chart has room for. */
  let roundTripsMs = [];

  const draw = drawLater(() => {
    const summary = summarize(roundTripsMs);
    write("opened-in", formatOptionalMs(openedInMs));
    write("sent", sent.toLocaleString("en"));
    write("received", received.toLocaleString("en"));
    write("last", formatOptionalMs(summary?.last));
    write("median", formatOptionalMs(summary?.median));
    write("p95", formatOptionalMs(summary?.p95));
    drawLatencyChart(chart, roundTripsMs, summary);
  });
  draw();

  return {
    /** @param {number} ms */
    showOpened(ms) {
      openedInMs = ms;
      draw();
    },
    /** @param {Travel} travel */
    show(travel) {
      sent += travel.direction === "sent" ? 1 : 0;
      received += travel.roundTripsMs.length;
      roundTripsMs = [...roundTripsMs, ...travel.roundTripsMs].slice(-CHART_SLOTS);
      draw();
    },
    clear() {
      openedInMs = undefined;
      sent = 0;
      received = 0;
      roundTripsMs = [];
      draw();
    },
  };
}

/** @type {(id: string, text: string) => void} */
function write(id, text) {
  byId(id, HTMLElement).textContent = text;
}

/** @param {number | undefined} ms */
function formatOptionalMs(ms) {
  return ms === undefined ? "–" : formatMs(ms);
}
