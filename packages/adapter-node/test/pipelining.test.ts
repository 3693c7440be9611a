import { describe, expect, onTestFinished, test, vi } from "vitest";
import { attach, type Server } from "../src/index.ts";
import { connectRaw, HANDSHAKE, rawRequest, readAnswer } from "./support/raw-client.ts";
import { createEcho, startHttp, startServing } from "./support/servers.ts";

const POLL = rawRequest("POST", "/echo/000/s1/xhr", { body: "" });
const SEND = rawRequest("POST", "/echo/000/s1/xhr_send", { body: '["a"]' });

test("requests sent at once are answered in their order", async () => {
  const { port } = await startServing(createEcho());
  const connection = await connectRaw(port);
  await connection.write(POLL);
  await readAnswer(connection);
  await connection.write(SEND + POLL);
  const answers = [await readAnswer(connection), await readAnswer(connection)];

  expect(answers.map(({ status, body }) => [status, body])).toEqual([
    [204, ""],
    [200, 'a["a"]\n'],
  ]);
});

test("a stream that waits for its turn begins when the poll before it is answered", async () => {
  const { port } = await startServing(createEcho());
  const connection = await connectRaw(port);
  await connection.write(POLL);
  await readAnswer(connection);
  const stream = rawRequest("POST", "/echo/000/s2/xhr_streaming", { body: "" });
  await connection.write(POLL + stream);
  const other = await connectRaw(port);
  await other.write(SEND);
  await readAnswer(other);
  const poll = await readAnswer(connection);
  await connection.readHead();
  await connection.readChunk();

  expect([poll.body, await connection.readChunk()]).toEqual(['a["a"]\n', "o\n"]);
});

test("a client that leaves while a response waits for its turn leaves nothing behind", async () => {
  const server = createEcho({ disconnectDelay: 300 });
  const { port } = await startServing(server);
  const connection = await connectRaw(port);
  await connection.write(POLL);
  await readAnswer(connection);
  await connection.write(POLL + rawRequest("POST", "/echo/000/s2/xhr_streaming", { body: "" }));
  await expect.poll(() => server.stats().sessions).toBe(2);
  connection.reset();

  await expect.poll(() => server.stats().sessions).toBe(0);
});

test.each([
  ["a WebSocket", HANDSHAKE],
  ["a WebSocket by a wrong handshake", HANDSHAKE.slice(0, 2)],
])(
  "%s behind a request that is not answered yet ends its own connection only",
  async (_name, headers) => {
    const { port } = await startServing(createEcho());
    const connection = await connectRaw(port);
    await connection.write(POLL);
    await readAnswer(connection);
    await connection.write(POLL + rawRequest("GET", "/echo/websocket", { headers }));
    const { text } = await connection.readRemainder();
    const other = await connectRaw(port);
    await other.write(rawRequest("GET", "/echo"));

    expect([text, (await readAnswer(other)).status]).toEqual(["", 200]);
  },
);

/** Ways in on Node, each with the port where the server's `/echo` is. */
const WAYS: readonly (readonly [name: string, start: (server: Server) => Promise<number>])[] = [
  ["served by itself", async (server) => (await startServing(server)).port],
  [
    "below another `fetch`",
    async (server) => (await startServing((request, env) => server(request, env))).port,
  ],
  [
    "attached",
    async (server) => {
      const http = await startHttp();
      attach(http.server, server);
      return http.port;
    },
  ],
];

/** A stream for a session of its own. */
function streamOf(index: number): string {
  return rawRequest("POST", `/echo/000/pipelined-${index}/xhr_streaming`, { body: "" });
}

function streams(count: number): string {
  return Array.from({ length: count }, (_, index) => streamOf(index)).join("");
}

describe.each(WAYS)("a server %s", (_name, start) => {
  test("holds eight requests behind the one that is answered, without a warning", async () => {
    const warnings = recordWarnings();
    const server = createEcho({ responseLimit: 1 });
    const connection = await connectRaw(await start(server));
    await connection.write(streams(9));
    const bodies: string[] = [];
    for (let index = 0; index < 9; index++) bodies.push((await readAnswer(connection)).body);

    expect([bodies.every((body) => body.endsWith("\no\n")), warnings()]).toEqual([true, []]);
  });

  test("ends a connection with a ninth, and the sessions of all that waited on it", async () => {
    const warnings = recordWarnings();
    const server = createEcho({ disconnectDelay: 100 });
    const connection = await connectRaw(await start(server));
    await connection.write(streams(300));
    await connection.readRemainder();

    expect(server.stats().opened).toBeLessThanOrEqual(9);
    await expect.poll(() => server.stats().sessions).toBe(0);
    expect(warnings()).toEqual([]);
  });

  test.each([
    ["streams", streamOf(1)],
    ["polls", rawRequest("POST", "/echo/000/pipelined/xhr", { body: "" })],
    ["scripts", rawRequest("GET", "/echo/000/script/jsonp?c=f")],
    ["sends", SEND],
    ["plain pages", rawRequest("GET", "/echo/iframe.html")],
  ])("leaves nothing of %s whose client goes before their turn", async (_what, request) => {
    const server = createEcho({ disconnectDelay: 100 });
    const connection = await connectRaw(await start(server));
    await connection.write(streamOf(0) + request.repeat(8)); // read as one
    await connection.readHead();
    connection.reset();

    await expect.poll(() => server.stats().sessions).toBe(0);
  });

  test("leaves nothing of a refusal by a stream whose client goes before its turn", async () => {
    const cancelled = vi.fn<() => void>();
    const server = createEcho({
      authorize: () => new Response(new ReadableStream({ cancel: cancelled })),
    });
    const waits = rawRequest("POST", "/echo/000/first/xhr", { body: "" });
    const connection = await connectRaw(await start(server));
    await connection.write(waits + streamOf(0));
    await connection.readHead(); // a body that never ends
    connection.reset();

    await expect.poll(() => cancelled.mock.calls.length).toBe(2);
  });
});

/** Notes the process's warnings until the test ends. */
function recordWarnings(): () => readonly string[] {
  const warnings: string[] = [];
  const onWarning = ({ message }: Error): void => void warnings.push(message);
  process.on("warning", onWarning);
  onTestFinished(() => void process.off("warning", onWarning));
  return () => warnings;
}
