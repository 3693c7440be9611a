import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openOn, startSurroundings, type Place, type Surroundings } from "./place.ts";
import type { OpenClient } from "./client.ts";
import type { Closed } from "./probe.ts";
import type { ClientTransport } from "./transports.ts";

/** How a client learns that it has lost its server. */
export interface Loss {
  readonly transport: ClientTransport;
  /** Whether the client may keep silent until it has something to send. */
  readonly noticed: "at once" | "when sending";
  /** The close event, or each of those that are right. The words are the client's own. */
  readonly closed: readonly Closed[];
}

/**
 * Opens a client for each row, loses the connections of all at once, and expects each client to report it as its row says.
 * `openPlace` gives each client its place.
 */
export function defineLossTests(
  losses: readonly Loss[],
  lose: (surroundings: Surroundings) => Promise<void>,
  openPlace: (surroundings: Surroundings, transport: ClientTransport) => Promise<Place>,
): void {
  const clients = new Map<ClientTransport, OpenClient>();
  let surroundings: Surroundings;

  beforeAll(async () => {
    surroundings = await startSurroundings();
    const places: Place[] = [];
    for (const { transport } of losses) places.push(await openPlace(surroundings, transport));
    await Promise.all(
      losses.map(async ({ transport }, index) => {
        const place = places[index];
        if (place) clients.set(transport, await openOn(place, transport, "/echo"));
      }),
    );
    // The first poll has brought the open frame; the second one is there to be lost.
    const polls = losses.filter(({ transport }) => transport.endsWith("polling")).length;
    await surroundings.link.passed(/\/(?:xhr|jsonp)$/, 2 * polls);
    await lose(surroundings);
  });

  afterAll(() => surroundings.stop());

  describe.each(losses)("by $transport", ({ transport, noticed, closed }) => {
    test(`reports it ${noticed}`, async () => {
      const client = clients.get(transport);
      if (noticed === "when sending") await client?.send("a message");
      expect(closed).toContainEqual(await client?.closed());
    });
  });
}
