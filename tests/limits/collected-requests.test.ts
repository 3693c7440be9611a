import { inject, test, expect } from "vitest";
import { EVENT_DEADLINE_MS, eventually } from "../harness/deadline.ts";
import { startFixtureServer } from "../harness/fixture-server.ts";
import { openReceiver } from "../harness/receiver.ts";
import { RECEIVING_TRANSPORTS, XHR_POLLING } from "../harness/receiving-transports.ts";
import { request } from "../harness/request.ts";
import { collectorFlags, findRuntime } from "../harness/runtimes.ts";
import { openSession, send } from "../harness/session.ts";

const COUNT = 20;

test.skipIf(inject("missing") !== "")(
  "receivers that break off are noticed after a garbage collection, whatever the transport",
  async () => {
    const runtime = findRuntime(inject("runtime"));
    const flags = [...runtime.flags, ...collectorFlags(runtime)];
    const server = await startFixtureServer({ ...runtime, flags }, "faults");
    try {
      const { port } = server;
      // Only code that has run often lets go of what it does not need.
      for (let run = 0; run < 300; run++) {
        const session = await openSession(port, "/roomy");
        const poll = await openReceiver(port, XHR_POLLING, session);
        await send(port, session, "send x");
        await poll.readFrame();
      }
      const before = await openCount(port);
      for (const transport of RECEIVING_TRANSPORTS) {
        const receivers = [];
        for (let run = 0; run < COUNT; run++) {
          const session = await openSession(port, "/roomy");
          receivers.push(await openReceiver(port, transport, session));
        }
        // An exchange begun later is over: they are attached.
        await request(port, "/collect-garbage");
        await request(port, "/collect-garbage");
        for (const { connection } of receivers) connection.reset();
        await eventually(
          async () => ((await openCount(port)) <= before ? true : undefined),
          EVENT_DEADLINE_MS,
          `${COUNT} broken connections of ${transport.name} noticed`,
        );
      }
    } finally {
      await server.stop();
    }
  },
  30_000,
);

async function openCount(port: number): Promise<number> {
  const { body } = await request(port, "/stats");
  const { receivers } = JSON.parse(body) as { readonly receivers: number }; // written by the fixture's `/stats`
  expect(receivers).toBeTypeOf("number");
  return receivers;
}
