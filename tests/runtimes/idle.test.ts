import { setTimeout as wait } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { openReceiver } from "../harness/receiver.ts";
import { XHR_POLLING, XHR_STREAMING } from "../harness/receiving-transports.ts";
import { newSession, openSession, send } from "../harness/session.ts";
import { isInstalled, startProgram } from "./program.ts";

// The one test that waits: nothing but time shows that a response is not ended for being idle. Bun ends one after 10 s,
// and looks every 4 s; a SockJS heartbeat comes after 25 s.
const IDLE_MS = 14_500;

const ROWS = [
  { runtime: "bun", flags: [], file: "forms/serve.ts", prefix: "/echo" },
  { runtime: "bun", flags: ["--port", "0"], file: "forms/default-fetch.ts", prefix: "/echo" },
  { runtime: "bun", flags: [], file: "mounts/hono.ts", prefix: "/all" },
  { runtime: "bun", flags: [], file: "mounts/hono.ts", prefix: "/mount" }, // below a copied request
  { runtime: "deno", flags: ["run", "--allow-net"], file: "forms/serve.ts", prefix: "/echo" },
  { runtime: "node", flags: [], file: "dist/forms/serve.js", prefix: "/echo" },
  { runtime: "node-26", flags: [], file: "dist/forms/serve.js", prefix: "/echo" },
];

describe.concurrent.each(ROWS.filter(isInstalled))("$runtime $file $prefix", (row) => {
  const { runtime, flags, file, prefix } = row;
  test("keeps a poll and a stream that are idle", { timeout: IDLE_MS + 10_000 }, async () => {
    const program = await startProgram(runtime, flags, file);
    const polled = await openSession(program.port, prefix);
    const poll = await openReceiver(program.port, XHR_POLLING, polled);
    const streamed = newSession(prefix);
    const stream = await openReceiver(program.port, XHR_STREAMING, streamed);
    expect(await stream.readFrame()).toBe("o");

    await wait(IDLE_MS);
    await send(program.port, polled, "polled");
    expect(await poll.readFrame()).toBe('a["polled"]');
    await send(program.port, streamed, "streamed");
    expect(await stream.readFrame()).toBe('a["streamed"]');
    stream.connection.close();
    await program.stop();
  });
});
