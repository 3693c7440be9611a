import { afterEach, expect, inject, test } from "vitest";
import { connectBytes, type ByteConnection } from "../harness/byte-connection.ts";
import { eventually } from "../harness/deadline.ts";
import { readMemory } from "../harness/process-state.ts";
import { encodeHead, readAnswer } from "../harness/request.ts";
import { newSession, openSession, poll } from "../harness/session.ts";
import { useFaultServer } from "./fault-server.ts";

const SERVICE = "/roomy"; // bodies of 4 MiB
const CHUNKED = { "Content-Type": "text/plain", "Transfer-Encoding": "chunked" };
const MEBIBYTE = 1_048_576;
/** What a process may grow by for any reason; Node that kept its chunks would grow by four times this. */
const MAX_GROWTH = 100 * MEBIBYTE;
const DEADLINE_MS = 30_000;

const server = useFaultServer();
const open: ByteConnection[] = [];

afterEach(() => {
  for (const connection of open.splice(0)) connection.close();
});

/** Sends the head of a request that has a body. */
async function begin(
  path: string,
  headers: Readonly<Record<string, string>> = CHUNKED,
): Promise<ByteConnection> {
  const connection = await connectBytes(server().port);
  open.push(connection);
  await connection.write(encodeHead(path, { method: "POST", headers }));
  return connection;
}

/** Writes the same bytes again and again, as fast as they are taken; stops when the server ends the connection. */
async function repeat(connection: ByteConnection, bytes: Buffer, times: number): Promise<void> {
  for (let count = 0; count < times && !connection.ended; count++) await connection.write(bytes);
}

/** The most that the process grows by while something is done, and in the second after it, when what was sent is read. */
async function growth(act: () => Promise<unknown>): Promise<number> {
  const { pid } = server();
  const before = readMemory(pid).residentBytes;
  let most = before;
  const watch = setInterval(() => {
    most = Math.max(most, readMemory(pid).residentBytes);
  }, 20);
  try {
    await act();
    await new Promise((resolve) => setTimeout(resolve, 1000));
  } finally {
    clearInterval(watch);
  }
  return most - before;
}

/** Sees that the server still answers. */
async function isUseful(): Promise<boolean> {
  const { port } = server();
  const session = await eventually(
    () => openSession(port, SERVICE).catch(() => undefined),
    DEADLINE_MS,
    "a session",
  );
  const connection = await begin(`${session}/xhr_send`);
  await connection.write(`${'["send still"]'.replaceAll(/./g, "1\r\n$&\r\n")}0\r\n\r\n`);
  const { status } = await readAnswer(connection, "POST");
  return status === 204 && (await poll(port, session)) === 'a["still"]\n';
}

const ONE_BYTE = "1\r\nx\r\n";

test.each(["xhr_send", "jsonp_send"])(
  "%s: an endless body in chunks of one byte costs no more than a whole one",
  async (segment) => {
    const session = await openSession(server().port, SERVICE);
    const connection = await begin(`${session}/${segment}`);
    const grown = await growth(() => repeat(connection, Buffer.from(ONE_BYTE.repeat(10_000)), 100));
    expect(grown).toBeLessThan(MAX_GROWTH);
    expect(await isUseful()).toBe(true);
  },
  DEADLINE_MS,
);

test(
  "a body in chunks of one byte, each in a segment of its own, costs no more than a whole one",
  async () => {
    const session = await openSession(server().port, SERVICE);
    const connection = await begin(`${session}/xhr_send`);
    const grown = await growth(() => repeat(connection, Buffer.from(ONE_BYTE), 20_000));
    expect(grown).toBeLessThan(MAX_GROWTH);
    expect(await isUseful()).toBe(true);
  },
  DEADLINE_MS,
);

test(
  "bodies of 50 connections in chunks of one byte cost no more than whole ones",
  async () => {
    const { port } = server();
    const connections = await Promise.all(
      Array.from({ length: 50 }, async () => begin(`${await openSession(port, SERVICE)}/xhr_send`)),
    );
    const bytes = Buffer.from(ONE_BYTE.repeat(10_000));
    const grown = await growth(() =>
      Promise.all(connections.map((connection) => repeat(connection, bytes, 2))),
    );
    expect(grown).toBeLessThan(MAX_GROWTH);
    expect(await isUseful()).toBe(true);
  },
  DEADLINE_MS,
);

test(
  "a length that is only declared costs nothing",
  async () => {
    const { port } = server();
    const declared = { "Content-Type": "text/plain", "Content-Length": String(4 * MEBIBYTE) };
    const sessions = await Promise.all(
      Array.from({ length: 50 }, () => openSession(port, SERVICE)),
    );
    const grown = await growth(() =>
      Promise.all(
        sessions.map(async (session) => {
          const connection = await begin(`${session}/xhr_send`, declared);
          await connection.write("x");
        }),
      ),
    );
    expect(grown).toBeLessThan(MAX_GROWTH / 2);
    expect(await isUseful()).toBe(true);
  },
  DEADLINE_MS,
);

test.each(["xhr", "xhr_streaming"])(
  "%s: an endless body that nobody wants is not kept",
  async (segment) => {
    const connection = await begin(`${newSession(SERVICE)}/${segment}`);
    const bytes = Buffer.from(`10000\r\n${"x".repeat(65_536)}\r\n`);
    const writing = repeat(connection, bytes, 4000);
    const grown = await growth(() =>
      Promise.race([writing, new Promise((resolve) => setTimeout(resolve, 2000))]),
    );
    expect(grown).toBeLessThan(MAX_GROWTH);
    connection.close();
    expect(await isUseful()).toBe(true);
  },
  DEADLINE_MS,
);

test.runIf(inject("runtime") === "deno")(
  "a body in 20 000 chunks of one byte is refused where the runtime takes ever longer over each",
  async () => {
    const session = await openSession(server().port, SERVICE);
    const connection = await begin(`${session}/xhr_send`);
    await connection.write(ONE_BYTE.repeat(20_000));
    expect((await readAnswer(connection, "POST")).status).toBe(413);
  },
);

// What reads Node's own requests counts the bytes that still come; below a `fetch` nobody does, whoever drops them.
test.runIf(inject("runtime") === "node")(
  "a body that goes on after it was refused is cut off",
  async () => {
    const session = await openSession(server().port, "/limited"); // bodies of 300 bytes
    const connection = await begin(`${session}/xhr_send`);
    await connection.write(ONE_BYTE.repeat(301));
    expect((await readAnswer(connection, "POST")).status).toBe(413);
    await repeat(connection, Buffer.from(ONE_BYTE), 10_000);
    expect(connection.ended).toBe(true);
  },
);
