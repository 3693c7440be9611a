import { expect, test } from "vitest";
import { connectRaw, HANDSHAKE, rawRequest, readAnswer } from "./support/raw-client.ts";
import { createEcho, startServing } from "./support/servers.ts";

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

test("more requests than a client has reason to send at once end its connection", async () => {
  const { port } = await startServing(createEcho());
  const connection = await connectRaw(port);
  await connection.write(POLL);
  await readAnswer(connection);
  await connection.write(POLL.repeat(40));
  const { text } = await connection.readRemainder();

  expect(text).toBe("");
});
