import { expect, test } from "vitest";
import { newTag, readJournal } from "../harness/journal-reader.ts";
import { echoed } from "./messages.ts";
import { openOn, type Place } from "./place.ts";
import type { ClientTransport } from "./transports.ts";

const CLOSE_REASON = '100% </script> "größer" € 😀';

/** What must hold for the end of a connection on every transport, wherever the client runs. */
export function defineClosingTests(transport: ClientTransport, place: () => Place): void {
  test("reports a close that came straight from the server's open hook", async () => {
    const client = await openOn(place(), transport, "/close");
    expect(await client.closed()).toEqual({ code: 3000, reason: "Go away!", wasClean: true });
  });

  test("reports code and reason of the server's close", async () => {
    const client = await openOn(place(), transport, "/close_as_told");
    await client.send(JSON.stringify([4999, CLOSE_REASON]));
    expect(await client.closed()).toEqual({ code: 4999, reason: CLOSE_REASON, wasClean: true });
  });

  test.each([
    ["/deny", { code: 4001, reason: "denied", wasClean: true }],
    ["/fail", { code: 1011, reason: "Internal error", wasClean: true }],
    ["/overload", { code: 1013, reason: "Too much data waiting", wasClean: true }],
  ])("reports why %s has closed to a page that sends in its open event", async (path, closed) => {
    const clients = await Promise.all(
      Array.from({ length: 5 }, () => openOn(place(), transport, path, "hello")),
    );
    expect(await Promise.all(clients.map((client) => client.closed()))).toEqual(
      clients.map(() => closed),
    );
  });

  test("tells the application when the client closes", async () => {
    const tag = newTag();
    const client = await openOn(place(), transport, `/heartbeat_echo?tag=${tag}`);
    await echoed(client, ["a message"]);
    await client.close(3456, "enough");
    expect(await client.closed()).toEqual({ code: 3456, reason: "enough", wasClean: true });
    const hooks = (await readJournal(place().surroundings.serverPort, tag, "close")).map(
      (entry) => entry.hook,
    );
    expect(hooks).toEqual(["open", "message", "close"]);
  });
}
