import { randomUUID } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import { WebSocket } from "ws";
import { once } from "node:events";
import { connectBytes, type ByteConnection } from "../harness/byte-connection.ts";
import { within } from "../harness/deadline.ts";
import {
  XHR_POLLING,
  XHR_STREAMING,
  type ReceivingTransport,
} from "../harness/receiving-transports.ts";
import { encodeHead } from "../harness/request.ts";
import { newSession } from "../harness/session.ts";
import { slowly } from "../harness/slow-socket.ts";
import { WebSocketClient } from "../harness/websocket-client.ts";
import { headOfFrame } from "../harness/websocket-frames.ts";
import { encodeHandshake } from "../harness/websocket-handshake.ts";
import { DEADLINE_MS, HttpLink } from "./links.ts";
import type { Random } from "./random.ts";

/** Visits once; throws when the server does not do what it has to for this client. */
export type RoughVisit = (port: number, random: Random) => Promise<void>;

/** Over a network that brings 10 to 500 KB/s: who makes progress is served to the end. */
export const SLOW_CLIENTS: Readonly<Record<string, RoughVisit>> = {
  "slow poll": async (port, random) => readSlowly(port, random, XHR_POLLING),
  "slow stream": async (port, random) => readSlowly(port, random, XHR_STREAMING),
  "slow websocket": async (port, random) => {
    const { rate, size } = slowness(random);
    const url = `ws://127.0.0.1:${port}${newSession("/chaos")}/websocket`;
    const client = new WebSocketClient(new WebSocket(url, slowly(rate)));
    await within(once(client.socket, "open"), DEADLINE_MS, "a slow WebSocket to open");
    client.socket.send(JSON.stringify([`${randomUUID()} 0 0 ${size}`]));
    let frame = "";
    while (frame.length < size) frame = await client.readMessage(DEADLINE_MS);
    client.socket.close();
    await client.readEnd(DEADLINE_MS);
  },
  "slow upload": async (port, random) => {
    const { rate, size } = slowness(random);
    const link = await openLink(port, XHR_POLLING);
    const tag = randomUUID();
    const body = JSON.stringify([`${tag} 0 0 0 ${"x".repeat(size)}`]);
    const connection = await connectBytes(port);
    try {
      await connection.write(sendHead(link, body.length));
      await writeSlowly(connection, body, rate); // without a receiver
      const answer = await connection.readRemainder(DEADLINE_MS);
      if (!answer.text.startsWith("HTTP/1.1 204"))
        throw new Error(`A slow upload was answered ${answer.text.slice(0, 80)}`);
      await readTo(link, `a["${tag} 0 ${body.length - 4} "]`);
      await leave(link);
    } finally {
      connection.close();
      link.close();
    }
  },
  "slow websocket upload": async (port, random) => {
    const { rate, size } = slowness(random);
    const tag = randomUUID();
    const message = `${tag} 0 0 0 ${"x".repeat(size)}`;
    const connection = await connectBytes(port);
    try {
      await connection.write(encodeHandshake("/chaos/websocket"));
      await readUntil(connection, "\r\n\r\n");
      await connection.write(headOfFrame(message.length));
      await writeSlowly(connection, message, rate);
      await readUntil(connection, `${tag} 0 ${message.length} `);
    } finally {
      connection.close();
    }
  },
  "byte by byte": async (port, random) => {
    const link = new HttpLink(port, XHR_POLLING);
    try {
      await ask(port, random, encodeHead(`${link.session}/xhr`, CLOSING), "o\n");
      const tag = randomUUID();
      const body = JSON.stringify([`${tag} 0 0 0`]);
      await ask(port, random, `${sendHead(link, body.length)}${body}`, "HTTP/1.1 204");
      await readTo(link, `a["${tag} 0 ${body.length - 4} "]`);
      await leave(link);
    } finally {
      link.close();
    }
  },
};

const RECEIVER_FIRST_MS = 50;
const CLOSING = {
  method: "POST",
  headers: { Connection: "close", "Content-Length": "0" },
} as const;

/**
 * How many bytes a second, and a message of some seconds. A response of 64 KiB at most is given `disconnectDelay` to arrive and
 * no more, so one as small as that is read in less.
 */
function slowness(random: Random): { readonly rate: number; readonly size: number } {
  const rate = Math.round(10_000 * 50 ** random.between(0, 1));
  const size = Math.round(rate * random.between(1.5, 4));
  return { rate, size: size > 65_536 ? size : Math.min(size, rate / 2) };
}

async function openLink(
  port: number,
  transport: ReceivingTransport,
  rate?: number,
): Promise<HttpLink> {
  const link = new HttpLink(port, transport, rate);
  const frame = await link.next();
  if (frame !== "o") throw new Error(`Cannot open a session: the first frame is ${frame}`);
  return link;
}

async function readSlowly(
  port: number,
  random: Random,
  transport: ReceivingTransport,
): Promise<void> {
  const { rate, size } = slowness(random);
  const link = await openLink(port, transport, rate);
  try {
    await link.send([`${randomUUID()} 0 0 ${size}`]);
    const startMs = performance.now();
    let frame = "h";
    while (frame === "h") frame = await link.next();
    if (frame.length < size)
      throw new Error(`${size} bytes at ${rate} a second became ${frame.slice(0, 80)}`);
    // What is left has come into the operating system's buffers, and is taken from there.
    await delay(Math.max(0, (size / rate) * 1000 - (performance.now() - startMs)));
    await leave(link);
  } finally {
    link.close();
  }
}

/** Says good-bye with a receiver open, as browsers have one. */
async function leave(link: HttpLink): Promise<void> {
  const told = readTo(link, 'c[3000,"Go away!"]');
  await Promise.all([told, delay(RECEIVER_FIRST_MS).then(() => link.send(["bye"]))]);
}

async function readTo(link: HttpLink, wanted: string): Promise<void> {
  for (;;) {
    const frame = await link.next();
    if (frame === wanted) return;
    if (frame !== "h") throw new Error(`Cannot find ${wanted}: ${frame.slice(0, 80)} came`);
  }
}

function sendHead(link: HttpLink, length: number): string {
  const headers = { Connection: "close", "Content-Length": String(length) };
  return encodeHead(`${link.session}/xhr_send`, { method: "POST", headers });
}

async function writeSlowly(connection: ByteConnection, text: string, rate: number): Promise<void> {
  const stepMs = 50;
  const part = Math.ceil((rate * stepMs) / 1000);
  for (let at = 0; at < text.length; at += part) {
    await connection.write(text.slice(at, at + part));
    await delay(stepMs);
  }
}

/** Writes each byte by itself, and expects something in the answer. */
async function ask(port: number, random: Random, bytes: string, expected: string): Promise<void> {
  const connection = await connectBytes(port);
  const pauseMs = random.between(0, 4);
  for (const byte of bytes) {
    await connection.write(byte);
    await delay(pauseMs);
  }
  const answer = await connection.readRemainder(DEADLINE_MS);
  connection.close();
  if (!answer.text.includes(expected))
    throw new Error(`What came byte by byte was answered ${answer.text.slice(0, 200)}`);
}

/** Waits for a text without a limit of one second, since the process may stand still. */
async function readUntil(connection: ByteConnection, wanted: string): Promise<void> {
  const untilMs = performance.now() + DEADLINE_MS;
  while (!connection.unread.includes(wanted)) {
    if (connection.ended || performance.now() > untilMs)
      throw new Error(`Cannot find ${wanted} in ${connection.unread.slice(-200)}`);
    await delay(20);
  }
}
