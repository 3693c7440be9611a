import {
  connect,
  constants,
  createServer,
  type ClientHttp2Session,
  type ClientHttp2Stream,
  type ServerHttp2Session,
} from "node:http2";
import { connect as connectSocket, type Socket } from "node:net";
import { Duplex } from "node:stream";
import { attach, sockjs } from "@sockjs-fetch/node";
import * as fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { EVENT_DEADLINE_MS, eventually, within } from "../harness/deadline.ts";
import { listen } from "../interop/link.ts";
import { http2Conversation, type Exchange, type Http2Conversation } from "./http2-conversations.ts";

// In this process: what is thrown out of a listener fails the run. Seeds as in hostile-clients.test.ts.
const GIVEN_SEED = process.env["FUZZ_SEED"];
const FIRST_SEED = Number(GIVEN_SEED ?? Date.now() % 1_000_000_000);
const BUDGET_MS = GIVEN_SEED === undefined ? 7000 : 0;
const BATCH = 40;
/** Node 20 keeps some connections, without a session of ours, whoever answers them. */
const COUNTS_CONNECTIONS = Number.parseInt(process.versions.node, 10) >= 22;
const MESSAGES = ["first", "second \u20ac"];

const echo = sockjs(
  { message: (connection, text) => connection.send(text) },
  {
    prefix: "/fuzz",
    heartbeatDelay: 200,
    disconnectDelay: 200,
    responseLimit: 4096,
    maxMessageSize: 4000,
    maxBodySize: 16_000,
    maxBufferedAmount: 50_000,
  },
);
const server = createServer();
const warnings: string[] = [];
const onWarning = ({ message }: Error): void => void warnings.push(message);
let port: number;
const connections = new Set<ServerHttp2Session>();

beforeAll(async () => {
  process.on("warning", onWarning);
  server.on("session", (session) => {
    connections.add(session);
    session.on("close", () => connections.delete(session));
  });
  server.on("request", (request, response) => {
    request.resume();
    response.end("somebody else's");
  });
  attach(server, echo);
  port = await listen(server);
});

afterAll(async () => {
  process.off("warning", onWarning);
  await echo.close({ timeout: 1 });
  for (const session of connections) session.destroy();
  await new Promise((resolve) => server.close(resolve));
  expect(warnings).toEqual([]);
});

test("streams that are reset, not read or not ended leave the server alive, useful and empty", async () => {
  const start = performance.now();
  let seed = FIRST_SEED;
  do {
    await attack(seed).catch((cause: unknown) => {
      throw new Error(`FUZZ_SEED=${seed} runs this again`, { cause });
    });
    seed++;
  } while (performance.now() - start < BUDGET_MS);
  console.log(`HTTP/2: seeds ${FIRST_SEED} to ${seed - 1}`);
});

async function attack(seed: number): Promise<void> {
  await Promise.all(fc.sample(http2Conversation, { seed, numRuns: BATCH }).map(carryOut));
  await behaveWell();
  const isEmpty = async (): Promise<true | undefined> => {
    await pause(20); // `eventually` asks again at once
    const held = echo.stats().sessions + (COUNTS_CONNECTIONS ? connections.size : 0);
    return held === 0 ? true : undefined;
  };
  await eventually(isEmpty, EVENT_DEADLINE_MS, "the end of all sessions").catch(
    (cause: unknown) => {
      throw new Error(`It holds ${connections.size} connections, ${JSON.stringify(echo.stats())}`, {
        cause,
      });
    },
  );
}

async function carryOut({ windowSize, exchanges, changes, end }: Http2Conversation): Promise<void> {
  const socket = connectSocket({ port, host: "127.0.0.1" });
  socket.on("error", () => {}); // the server may cut it
  const client = connect(`http://localhost:${port}`, {
    createConnection: () => changing(socket, changes),
    settings: { initialWindowSize: windowSize },
  });
  client.on("error", () => {}); // `close` follows
  await Promise.all(exchanges.map((exchange) => run(client, exchange)));
  await pause(10);
  if (end === "close") client.close();
  else if (end === "destroy") client.destroy();
  await pause(10);
  socket.destroy();
  client.destroy();
}

async function run(client: ClientHttp2Session, exchange: Exchange): Promise<void> {
  const { headers, body, endsBody, reads, leave, afterMs } = exchange;
  if (client.closed || client.destroyed) return;
  let stream: ClientHttp2Stream;
  try {
    stream = client.request(headers, { endStream: body === "" && endsBody });
  } catch {
    return; // Node sends no such request
  }
  stream.on("error", () => {}); // the server may reset it
  if (reads) stream.resume();
  if (body !== "") stream.write(body);
  if (body !== "" && endsBody) stream.end();
  await pause(afterMs);
  const code = CODES[leave];
  if (code !== undefined) stream.close(code);
  if (leave === "in the middle") stream.destroy(new Error("Gone")); // `close` sends the end of its body before
}

const CODES: Readonly<Partial<Record<Exchange["leave"], number>>> = {
  "no error": constants.NGHTTP2_NO_ERROR,
  cancel: constants.NGHTTP2_CANCEL,
  "internal error": constants.NGHTTP2_INTERNAL_ERROR,
};

/** A session that does everything right, and gets its messages back. */
async function behaveWell(): Promise<void> {
  const client = connect(`http://localhost:${port}`);
  const path = `/fuzz/000/good-${Math.random().toString(36).slice(2)}`;
  const stream = client.request({ ":method": "POST", ":path": `${path}/xhr_streaming` });
  let text = "";
  const echoed = new Promise<void>((resolve, reject) => {
    stream.on("error", reject);
    stream.setEncoding("utf8").on("data", (part: string) => {
      text += part;
      if (text.includes(`a${JSON.stringify(MESSAGES)}\n`)) resolve();
    });
    stream.once("data", () => {
      const send = client.request({ ":method": "POST", ":path": `${path}/xhr_send` });
      send.on("error", reject).resume().end(JSON.stringify(MESSAGES));
    });
  });
  await within(echoed, EVENT_DEADLINE_MS, "the echo of a session that does everything right");
  client.destroy();
}

/** A socket some of whose outgoing bytes are changed. */
function changing(socket: Socket, changes: Http2Conversation["changes"]): Duplex {
  let sent = 0;
  const tube = new Duplex({
    read: () => void socket.resume(),
    write(chunk: Buffer, _encoding, done) {
      for (const { at, byte } of changes)
        if (at >= sent && at < sent + chunk.length) chunk[at - sent] = byte;
      sent += chunk.length;
      socket.write(chunk, () => done());
    },
    final(done) {
      socket.end();
      done();
    },
    destroy(_error, done) {
      socket.destroy();
      done(null);
    },
  });
  socket.on("data", (chunk) => tube.push(chunk));
  socket.on("close", () => tube.destroy());
  return tube;
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
