import { afterAll, beforeAll, describe } from "vitest";
import { defineClosingTests } from "../closing-tests.ts";
import { defineMessageTests } from "../message-tests.ts";
import { nodeClient } from "../node-client.ts";
import { defineOpeningTests } from "../opening-tests.ts";
import { IS_INSTALLED, startSurroundings, type Place } from "../place.ts";
import { NODE_TRANSPORTS } from "../transports.ts";

describe.skipIf(!IS_INSTALLED)("sockjs-client in Node", () => {
  let place: Place;

  beforeAll(async () => {
    place = { client: nodeClient(), surroundings: await startSurroundings() };
  });

  afterAll(() => place.surroundings.stop());

  describe.each(NODE_TRANSPORTS)("by %s", (transport) => {
    defineOpeningTests(transport, () => place);
    defineMessageTests(transport, () => place);
    defineClosingTests(transport, () => place);
  });
});
