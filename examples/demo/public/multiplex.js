import { createChannelPanel } from "./channel-panel.js";
import { byId } from "./dom.js";
import { createFrameLog } from "./frame-log.js";
import { createLink } from "./link.js";

const log = createFrameLog(
  byId("log", HTMLElement),
  byId("rows", HTMLElement),
  byId("empty", HTMLElement),
);
const panels = ["ann", "bob", "carl"].map((name) => createChannelPanel(name));

const link = createLink(
  () => "/multiplex",
  { open: "Connect", close: "Close" },
  {
    // A frame from the server is no echo of one sent.
    onTravel: (travel) => log.add({ ...travel, roundTripsMs: [] }),
    onOpen(_openedInMs, _transport, socket) {
      const multiplexer = new WebSocketMultiplex(socket);
      for (const panel of panels) {
        panel.connect(multiplexer);
      }
    },
    onClose() {
      for (const panel of panels) {
        panel.disconnect();
      }
    },
  },
);

byId("form", HTMLFormElement).addEventListener("submit", (event) => {
  event.preventDefault();
  link.toggle();
});
byId("clear", HTMLButtonElement).addEventListener("click", () => log.clear());
