import { expect, test } from "vitest";
import { newTag, readJournal } from "../harness/journal-reader.ts";
import { echoed } from "./messages.ts";
import { openOn, requestsOf, type Place } from "./place.ts";
import { serverSide, type ClientTransport } from "./transports.ts";

/** What must hold for opening and keeping a connection on every transport, wherever the client runs. */
export function defineOpeningTests(transport: ClientTransport, place: () => Place): void {
  // The client gives up after a few hundred milliseconds, which a busy machine may need for itself.
  test(
    "opens as itself, by its own requests, within the client's own time",
    { retry: 2 },
    async () => {
      const { client, surroundings } = place();
      const tag = newTag();
      const { receives, sends, name } = serverSide(transport);
      const opened = await client.open(`${surroundings.link.url}/echo?tag=${tag}`, {
        transports: [transport],
      });
      expect(opened.transport).toBe(transport);
      await echoed(opened, ["a message"]);
      expect(requestsOf(surroundings, tag)).toEqual(
        ["GET /echo/info", receives, ...sends].toSorted(),
      );
      expect(await readJournal(surroundings.serverPort, tag, "message")).toEqual([
        { hook: "open", transport: name },
        { hook: "message", message: "a message" },
      ]);
      await opened.close();
    },
  );

  test("follows the base URL that info gives", async () => {
    const tag = newTag();
    const client = await openOn(place(), transport, `/moved_echo?tag=${tag}`);
    await echoed(client, ["a message"]);
    expect(requestsOf(place().surroundings, tag)).toEqual(["GET /moved_echo/info"]);
    await client.close();
  });

  test("works where the server needs a cookie", async () => {
    const client = await openOn(place(), transport, "/cookie_needed_echo");
    await echoed(client, ["one", "two"]);
    await client.close();
  });

  test("stays open over heartbeats", async () => {
    const client = await openOn(place(), transport, "/heartbeat_echo");
    await client.heartbeats(3);
    await echoed(client, ["after three heartbeats"]);
    await client.close();
  });
}
