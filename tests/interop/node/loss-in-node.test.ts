import { describe } from "vitest";
import { defineLossTests, type Loss } from "../loss-tests.ts";
import { nodeClient } from "../node-client.ts";
import { IS_INSTALLED, type Surroundings } from "../place.ts";
import type { Closed } from "../probe.ts";

const BROKEN: Closed = { code: 1006, reason: "", wasClean: false };
const PERMANENT: Closed = { code: 1006, reason: "permanent", wasClean: false };
const INTERRUPTED: Closed = { code: 1002, reason: "Connection interrupted", wasClean: true };
const UNKNOWN: Closed = { code: 1006, reason: "Server lost session", wasClean: false };
const SEND_REFUSED: Closed = {
  code: 1006,
  reason: "Sending error: Error: http status 404",
  wasClean: false,
};
const SEND_FAILED: Closed = {
  code: 1006,
  reason: "Sending error: Error: http status 0",
  wasClean: false,
};

// By XHR the client does not notice the loss of a response whose head has come; whether the head of a poll has come when the
// connection breaks depends on the runtime.
describe.skipIf(!IS_INSTALLED).each([
  {
    how: "whose connections break",
    lose: async ({ link }: Surroundings) => link.cut(),
    losses: [
      { transport: "websocket", noticed: "at once", closed: [BROKEN] },
      { transport: "xhr-streaming", noticed: "when sending", closed: [SEND_REFUSED] },
      { transport: "eventsource", noticed: "at once", closed: [INTERRUPTED] },
      { transport: "xhr-polling", noticed: "when sending", closed: [PERMANENT, SEND_REFUSED] },
    ] satisfies Loss[],
  },
  {
    how: "whose server is killed",
    lose: ({ killServer }: Surroundings) => killServer(),
    losses: [
      { transport: "websocket", noticed: "at once", closed: [BROKEN] },
      { transport: "xhr-streaming", noticed: "when sending", closed: [SEND_FAILED] },
      { transport: "eventsource", noticed: "when sending", closed: [SEND_FAILED] },
      { transport: "xhr-polling", noticed: "when sending", closed: [PERMANENT, SEND_FAILED] },
    ] satisfies Loss[],
  },
  {
    how: "whose server is replaced",
    lose: ({ replaceServer }: Surroundings) => replaceServer(),
    losses: [
      { transport: "websocket", noticed: "at once", closed: [BROKEN] },
      { transport: "xhr-streaming", noticed: "when sending", closed: [SEND_REFUSED] },
      { transport: "eventsource", noticed: "at once", closed: [UNKNOWN] },
      { transport: "xhr-polling", noticed: "when sending", closed: [PERMANENT, SEND_REFUSED] },
    ] satisfies Loss[],
  },
])("sockjs-client in Node $how", ({ losses, lose }) => {
  const client = nodeClient();
  defineLossTests(losses, lose, async (surroundings) => ({ client, surroundings }));
});
