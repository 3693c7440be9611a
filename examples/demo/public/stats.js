/** @import { Sum } from "./sum-stats.js" */
import { byId } from "./dom.js";
import { createLink } from "./link.js";
import { drawAreas, drawLines } from "./plot.js";
import { sumStats, TRANSPORTS } from "./sum-stats.js";
import { createTraffic } from "./traffic.js";

/** One a second, for two minutes. */
const MAX_SUMS = 120;

/** @type {Sum[]} The latest, oldest first. */
let sums = [];

const link = createLink(
  () => "/stats",
  { open: "Start", close: "Stop" },
  {
    onMessage(json) {
      sums = [...sums, sumStats(JSON.parse(json))].slice(-MAX_SUMS);
      draw();
    },
  },
);
createTraffic(byId("traffic", HTMLButtonElement), link.transport);

byId("form", HTMLFormElement).addEventListener("submit", (event) => {
  event.preventDefault();
  link.toggle();
});
draw();
link.toggle();

function draw() {
  const last = sums.at(-1);
  if (last !== undefined) {
    write("open", last.open);
    write("opened", last.opened);
    write("channels", last.channels);
    write("messages-received", last.messagesReceived);
    write("messages-sent", last.messagesSent);
    write("kilobytes-sent", Math.round(last.bytesSent / 1000));
  }
  drawLines(byId("rates", HTMLElement), byId("rates-legend", HTMLElement), MAX_SUMS, [
    { name: "received", values: sums.map(({ receivedRate }) => receivedRate) },
    { name: "sent", values: sums.map(({ sentRate }) => sentRate) },
  ]);
  drawAreas(
    byId("connections", HTMLElement),
    byId("connections-legend", HTMLElement),
    MAX_SUMS,
    TRANSPORTS.map((name) => ({
      name,
      values: sums.map(({ connections }) => connections[name] ?? 0),
    })),
  );
}

/** @type {(id: string, value: number) => void} */
function write(id, value) {
  byId(id, HTMLElement).textContent = value.toLocaleString("en");
}
