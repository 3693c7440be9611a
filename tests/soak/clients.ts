import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import { WebSocket } from "ws";
import { within } from "../harness/deadline.ts";
import { encodeHead } from "../harness/request.ts";
import { headOfFrame } from "../harness/websocket-frames.ts";
import { encodeHandshake } from "../harness/websocket-handshake.ts";

/** One visit to the server; throws when a client that does everything right is not served. */
export type Visit = (port: number) => Promise<void>;

/** Who visits, by name. Every visit takes some seconds at most. */
export const CLIENTS: Readonly<Record<string, Visit>> = {
  "normal websocket": async (port) => {
    const socket = new WebSocket(`ws://127.0.0.1:${port}${session()}/websocket`);
    await once(socket, "open");
    for (let round = 0; round < 5; round++) {
      const text = randomUUID();
      const echo = new Promise<void>((resolve) => {
        socket.on("message", (data) => {
          if ((data as Buffer).toString().includes(text)) resolve(); // a Buffer unless told otherwise
        });
      });
      socket.send(JSON.stringify([text]));
      await within(echo, DEADLINE_MS, "an echo by websocket");
      socket.removeAllListeners("message");
      await delay(100);
    }
    const closed = once(socket, "close");
    socket.send('["bye"]');
    await within(closed, DEADLINE_MS, "the close of a websocket");
  },
  "normal stream": async (port) => {
    const url = `http://127.0.0.1:${port}${session()}`;
    let text = "";
    const readAll = async (): Promise<void> => {
      const response = await fetch(`${url}/xhr_streaming`, { method: "POST" });
      const decoder = new TextDecoder();
      for await (const bytes of response.body ?? []) text += decoder.decode(bytes);
    };
    const reading = readAll();
    await until(() => text.includes("o\n"), "an open frame");
    for (let round = 0; round < 5; round++) {
      const message = randomUUID();
      await post(url, message);
      await until(() => text.includes(message), "an echo by xhr-streaming");
    }
    await post(url, "bye");
    await within(reading, DEADLINE_MS, "the end of a stream");
    if (!text.endsWith('c[3000,"Go away!"]\n')) throw new Error("No close frame came");
  },
  "normal poll": async (port) => {
    const url = `http://127.0.0.1:${port}${session()}`;
    const poll = async (): Promise<string> =>
      (await fetch(`${url}/xhr`, { method: "POST" })).text();
    if ((await poll()) !== "o\n") throw new Error("No open frame came by xhr");
    for (let round = 0; round < 5; round++) {
      const message = randomUUID();
      await post(url, message);
      let came = false;
      for (let polls = 0; polls < 5 && !came; polls++) came = (await poll()).includes(message);
      if (!came) throw new Error("No echo came by xhr");
    }
    await post(url, "bye");
    await poll();
  },
  "normal raw": async (port) => {
    const socket = new WebSocket(`ws://127.0.0.1:${port}/soak/websocket`);
    await once(socket, "open");
    socket.send("hello");
    await within(once(socket, "message"), DEADLINE_MS, "an echo by raw websocket");
    socket.close();
    await within(once(socket, "close"), DEADLINE_MS, "the close of a raw websocket");
  },
  aborting: async (port) => {
    const socket = await open(port);
    socket.write(requestFor(pick(RECEIVING), session()));
    await delay(Math.random() * 300);
    if (Math.random() < 0.5) socket.resetAndDestroy();
    else socket.destroy();
  },
  "aborting websocket": async (port) => {
    const socket = new WebSocket(`ws://127.0.0.1:${port}${session()}/websocket`);
    await once(socket, "open");
    socket.send('["x"]');
    await delay(Math.random() * 300);
    socket.terminate();
  },
  slow: async (port) => {
    const path = session();
    const socket = await open(port);
    socket.write(requestFor("POST xhr_streaming", path));
    await once(socket, "data");
    socket.pause();
    const url = `http://127.0.0.1:${port}${path}`;
    for (let round = 0; round < 6; round++) {
      await post(url, "flood 300").catch(() => {}); // the session closes at its limit
      await delay(300);
    }
    socket.destroy();
  },
  "slow websocket": async (port) => {
    const socket = new WebSocket(`ws://127.0.0.1:${port}${session()}/websocket`);
    socket.on("error", () => {});
    await once(socket, "open");
    socket.pause();
    for (let round = 0; round < 6 && socket.readyState === socket.OPEN; round++) {
      socket.send('["flood 500"]');
      await delay(300);
    }
    await delay(1000);
    socket.terminate();
  },
  "silent websocket": async (port) => {
    const socket = new WebSocket(`ws://127.0.0.1:${port}${session()}/websocket`, {
      autoPong: false,
    });
    socket.on("error", () => {});
    await once(socket, "open");
    await Promise.race([once(socket, "close"), delay(6000)]);
    socket.terminate();
  },
  hostile: async (port) => {
    const socket = await open(port);
    socket.write(pick(HOSTILE)());
    await delay(Math.random() * 500);
    if (Math.random() < 0.5) socket.end();
    await delay(Math.random() * 500);
    socket.destroy();
  },
};

const RECEIVING = ["POST xhr", "POST xhr_streaming", "GET eventsource", "GET htmlfile?c=cb"];
const HOSTILE: readonly (() => string | Buffer)[] = [
  () => "\u0000\u0001\u0002 not http\r\n\r\n",
  () => "GET /soak/info HTTP/1.1\r\n", // a head that never ends
  () => `POST ${session()}/xhr_send HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n["`,
  () => requestFor("POST xhr", session()).repeat(30), // pipelined, each a session
  () => `POST ${session()}/xhr HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n`,
  () => `${encodeHandshake(`${session()}/websocket`)}\u0081\u0001x`,
  () =>
    Buffer.concat([
      Buffer.from(encodeHandshake(`${session()}/websocket`)),
      headOfFrame(4),
      Buffer.from("[[[["),
    ]),
  () => `X${"y".repeat(60_000)} /soak HTTP/1.1\r\n\r\n`,
];

/** A session URL nobody else uses. */
function session(): string {
  return `/soak/000/${randomUUID()}`;
}

function requestFor(what: string, path: string): string {
  const [method = "", segment] = what.split(" ");
  return encodeHead(`${path}/${segment}`, { method, body: "" });
}

async function post(url: string, message: string): Promise<void> {
  const { status } = await fetch(`${url}/xhr_send`, {
    method: "POST",
    body: JSON.stringify([message]),
  });
  if (status !== 204) throw new Error(`A message was answered ${status}`);
}

async function open(port: number): Promise<Socket> {
  const socket = connect(port, "127.0.0.1");
  socket.on("error", () => {}); // the server may cut a hostile client
  await once(socket, "connect");
  return socket;
}

async function until(isTrue: () => boolean, what: string): Promise<void> {
  for (let waited = 0; waited < DEADLINE_MS; waited += 5) {
    if (isTrue()) return;
    await delay(5);
  }
  throw new Error(`Cannot wait longer for ${what}`);
}

const DEADLINE_MS = 10_000;

function pick<T>(items: readonly [T, ...T[]] | readonly T[]): T {
  const item = items[Math.floor(Math.random() * items.length)];
  if (item === undefined) throw new Error("Nothing to pick from");
  return item;
}
