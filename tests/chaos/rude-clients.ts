import { randomUUID } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import { connectBytes } from "../harness/byte-connection.ts";
import { RECEIVING_TRANSPORTS } from "../harness/receiving-transports.ts";
import { encodeHead } from "../harness/request.ts";
import { newSession } from "../harness/session.ts";
import { headOfFrame } from "../harness/websocket-frames.ts";
import { encodeHandshake } from "../harness/websocket-handshake.ts";
import { DEADLINE_MS } from "./links.ts";
import type { RoughVisit } from "./slow-clients.ts";

const PIPELINED = 5;

/** Who goes away in the middle of something, or asks for much at once. */
export const RUDE_CLIENTS: Readonly<Record<string, RoughVisit>> = {
  aborting: async (port, random) => {
    const { method, segment, query } = random.pick(RECEIVING_TRANSPORTS);
    const connection = await connectBytes(port);
    const path = `${newSession("/chaos")}/${segment}${query === "" ? "" : `?${query}`}`;
    await connection.write(encodeHead(path, { method, body: "" }));
    await delay(random.between(0, 300));
    if (random.between(0, 1) < 0.5) connection.reset();
    else connection.close();
  },
  "aborting upload": async (port, random) => {
    const session = newSession("/chaos");
    const opening = await connectBytes(port);
    await opening.write(encodeHead(`${session}/xhr`, { method: "POST", body: "" }));
    await delay(100);
    const connection = await connectBytes(port);
    const headers = { "Content-Length": "1000" };
    await connection.write(encodeHead(`${session}/xhr_send`, { method: "POST", headers }));
    await connection.write('["');
    await delay(random.between(0, 300));
    connection.reset();
    opening.close();
  },
  "aborting websocket": async (port, random) => {
    const connection = await connectBytes(port);
    await connection.write(encodeHandshake(`${newSession("/chaos")}/websocket`));
    await delay(random.between(0, 300));
    await connection.write(headOfFrame(4)); // its text never comes
    await delay(random.between(0, 100));
    connection.reset();
  },
  pipelined: async (port, random) => {
    const connection = await connectBytes(port);
    const opening = { method: "POST", body: "" };
    const sessions = Array.from({ length: PIPELINED }, () => newSession("/chaos"));
    const heads = sessions.map((session) => encodeHead(`${session}/xhr`, opening));
    await connection.write(heads.join(""));
    const untilMs = performance.now() + DEADLINE_MS;
    while (connection.unread.split("\r\no\n").length <= PIPELINED) {
      if (connection.ended || performance.now() > untilMs)
        throw new Error(`Cannot find all open frames in ${connection.unread}`);
      await delay(20);
    }
    await connection.write(heads.join("")); // the first waits, and all others behind it
    await delay(random.between(0, 300));
    const body = JSON.stringify([`${randomUUID()} 0 50 100`]);
    await connection.write(encodeHead(`${sessions[0]}/xhr_send`, { method: "POST", body }) + body);
    await delay(random.between(0, 600));
    if (random.between(0, 1) < 0.5) connection.reset();
    else connection.close();
  },
};
