import { describe } from "vitest";
import { defineLossTests, type Loss } from "../loss-tests.ts";
import { nodeClient } from "../node-client.ts";
import { IS_INSTALLED, type Surroundings } from "../place.ts";

const WEBSOCKET: Loss = {
  transport: "websocket",
  noticed: "at once",
  closed: [{ code: 1006, reason: "", wasClean: false }],
};

const XHR_POLLING: Loss = {
  transport: "xhr-polling",
  noticed: "at once",
  closed: [{ code: 1006, reason: "permanent", wasClean: false }],
};

describe.skipIf(!IS_INSTALLED).each([
  {
    how: "whose connections break",
    lose: async ({ link }: Surroundings) => link.cut(),
    losses: [
      WEBSOCKET,
      {
        transport: "xhr-streaming",
        noticed: "when sending",
        closed: [{ code: 1006, reason: "Sending error: Error: http status 404", wasClean: false }],
      },
      {
        transport: "eventsource",
        noticed: "at once",
        closed: [{ code: 1002, reason: "Connection interrupted", wasClean: true }],
      },
      XHR_POLLING,
    ] satisfies Loss[],
  },
  {
    how: "whose server is killed",
    lose: ({ killServer }: Surroundings) => killServer(),
    losses: [
      WEBSOCKET,
      {
        transport: "xhr-streaming",
        noticed: "when sending",
        closed: [{ code: 1006, reason: "Sending error: Error: http status 0", wasClean: false }],
      },
      {
        transport: "eventsource",
        noticed: "when sending",
        closed: [{ code: 1006, reason: "Sending error: Error: http status 0", wasClean: false }],
      },
      XHR_POLLING,
    ] satisfies Loss[],
  },
  {
    how: "whose server is replaced",
    lose: ({ replaceServer }: Surroundings) => replaceServer(),
    losses: [
      WEBSOCKET,
      {
        transport: "xhr-streaming",
        noticed: "when sending",
        closed: [{ code: 1006, reason: "Sending error: Error: http status 404", wasClean: false }],
      },
      {
        transport: "eventsource",
        noticed: "at once",
        closed: [{ code: 1006, reason: "Server lost session", wasClean: false }],
      },
      XHR_POLLING,
    ] satisfies Loss[],
  },
])("sockjs-client in Node $how", ({ losses, lose }) => {
  const client = nodeClient();
  defineLossTests(losses, lose, async (surroundings) => ({ client, surroundings }));
});
