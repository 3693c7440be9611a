/** @import { Travel } from "./conversation.js" */
import { byId, formatMs } from "./dom.js";
import { createLatencyChart } from "./latency-chart.js";

/** Makes the numbers of one connection: how much traveled, and how long the round trips took. */
export function createFigures() {
  const chart = createLatencyChart(byId("chart", HTMLElement));
  let sent = 0;
  let received = 0;

  /** @type {(id: string, text: string) => void} */
  function write(id, text) {
    byId(id, HTMLElement).textContent = text;
  }

  return {
    /** @param {number} openedInMs */
    showOpened(openedInMs) {
      write("opened-in", formatMs(openedInMs));
    },
    /** @param {Travel} travel */
    show(travel) {
      sent += travel.direction === "sent" ? 1 : 0;
      received += travel.roundTripsMs.length;
      write("sent", sent.toLocaleString("en"));
      write("received", received.toLocaleString("en"));
      const figures = chart.add(travel.roundTripsMs);
      if (figures !== undefined) {
        write("last", formatMs(figures.last));
        write("median", formatMs(figures.median));
        write("p95", formatMs(figures.p95));
      }
    },
    clear() {
      chart.clear();
      sent = 0;
      received = 0;
      for (const id of ["sent", "received"]) {
        write(id, "0");
      }
      for (const id of ["opened-in", "last", "median", "p95"]) {
        write(id, "–");
      }
    },
  };
}
