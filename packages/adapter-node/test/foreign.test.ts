import { setImmediate as nextTurn } from "node:timers/promises";
import { expect, onTestFinished, test, vi } from "vitest";
import { serve, type Fetch } from "../src/index.ts";
import { ask, connectRaw, rawRequest, readAnswer } from "./support/raw-client.ts";
import { startServing } from "./support/servers.ts";

/** Keeps what a test fails on purpose out of the report, and tells what was said. */
function hearErrors(): { readonly errors: unknown[] } {
  const errors: unknown[] = [];
  const spy = vi.spyOn(console, "error").mockImplementation((...said) => void errors.push(...said));
  onTestFinished(() => spy.mockRestore());
  return { errors };
}

test("`serve()` answers by any `fetch`", async () => {
  const fetch: Fetch = (request) =>
    new Response(`${request.method} ${request.url}`, { status: 201, headers: { "X-A": "b" } });
  const { port } = await startServing(fetch);
  const { status, body, head } = await ask(port, "GET", "/a?b=c");

  expect([status, body, head.headers.filter(([name]) => name.toLowerCase() === "x-a")]).toEqual([
    201,
    "GET http://localhost/a?b=c",
    [["x-a", "b"]],
  ]);
});

test("`fetch` gets Node's own objects second", async () => {
  const seen: unknown[] = [];
  const { port } = await startServing((_request, env) => {
    seen.push(env.incoming.url, env.outgoing?.headersSent, env.upgrade);
    return new Response(null);
  });
  await ask(port, "GET", "/x");

  expect(seen).toEqual(["/x", false, undefined]);
});

test("each cookie of a response is a header of its own", async () => {
  const { port } = await startServing(() => {
    const headers = new Headers({ "Set-Cookie": "a=1, b" });
    headers.append("Set-Cookie", "c=2");
    return new Response(null, { headers });
  });
  const { head } = await ask(port, "GET", "/");

  expect(head.headers.filter(([name]) => name.toLowerCase() === "set-cookie")).toEqual([
    ["set-cookie", "a=1, b"],
    ["set-cookie", "c=2"],
  ]);
});

test("a request's body in many small chunks reaches `fetch` in few", async () => {
  const { port } = await startServing(async (request) => {
    let count = 0;
    let text = "";
    for await (const chunk of request.body ?? []) {
      count++;
      text += Buffer.from(chunk).toString();
    }
    return Response.json({ few: count < 100, text });
  });
  const text = "abcdefghij".repeat(1000);
  const connection = await connectRaw(port);
  await connection.write("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n");
  await connection.write(`${text.replaceAll(/./g, "1\r\n$&\r\n")}0\r\n\r\n`);
  const { body } = await readAnswer(connection);

  expect(JSON.parse(body)).toEqual({ few: true, text });
});

test("a request's body arrives as it is sent", async () => {
  const { port } = await startServing((request) => new Response(request.body));
  const connection = await connectRaw(port);
  await connection.write("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n");
  await connection.write("1\r\na\r\n");
  await connection.readHead();
  const first = await connection.readChunk();
  await connection.write("1\r\nb\r\n0\r\n\r\n");

  expect([first, await connection.readChunk(), await connection.readChunk()]).toEqual([
    "a",
    "b",
    "",
  ]);
});

test("a large body is read whole, however slowly", async () => {
  const { port } = await startServing(async (request) => {
    let length = 0;
    for await (const chunk of request.body ?? []) {
      length += chunk.byteLength;
      await nextTurn();
    }
    return new Response(String(length));
  });
  const { body } = await ask(port, "POST", "/", { body: "x".repeat(3_000_000) });

  expect(body).toBe("3000000");
});

test("a body that nobody reads does not hold the connection up", async () => {
  const { port } = await startServing(() => new Response("ok"));
  const connection = await connectRaw(port);
  const request = rawRequest("POST", "/", { body: "x".repeat(1_000_000) });
  await connection.write(request);
  const first = await readAnswer(connection);
  await connection.write(request);

  expect([first.body, (await readAnswer(connection)).body]).toEqual(["ok", "ok"]);
});

test("a large response is written whole to a slow client, without a warning", async () => {
  const warnings: unknown[] = [];
  const onWarning = (warning: Error): void => void warnings.push(warning.message);
  process.on("warning", onWarning);
  onTestFinished(() => void process.off("warning", onWarning));
  const chunk = new Uint8Array(1_000_000);
  const { port } = await startServing(() => {
    let count = 0;
    const body = new ReadableStream<Uint8Array>({
      pull(controller) {
        if (count++ < 30) controller.enqueue(chunk);
        else controller.close();
      },
    });
    return new Response(body);
  });
  const response = await fetch(`http://127.0.0.1:${port}/`);
  let length = 0;
  for await (const part of response.body ?? []) length += part.byteLength;

  expect([length, warnings]).toEqual([30_000_000, []]);
});

test("the request's signal is aborted when its client leaves, and the body is cancelled", async () => {
  const events: string[] = [];
  const { port } = await startServing((request) => {
    request.signal.addEventListener("abort", () => events.push("abort"));
    const body = new ReadableStream({
      start: (controller) => controller.enqueue(new Uint8Array([104])),
      cancel: () => void events.push("cancel"),
    });
    return new Response(body);
  });
  const connection = await connectRaw(port);
  await connection.write(rawRequest("GET", "/"));
  await connection.readHead();
  await connection.readChunk();
  connection.reset();

  await expect.poll(() => events.toSorted()).toEqual(["abort", "cancel"]);
});

test("the signal of a request that was answered is not aborted", async () => {
  const requests: Request[] = [];
  const { port } = await startServing((request) => {
    requests.push(request);
    return new Response("ok");
  });
  const connection = await connectRaw(port);
  await connection.write(rawRequest("GET", "/"));
  await readAnswer(connection);
  connection.close();
  await ask(port, "GET", "/"); // by now the first connection's end has been seen

  expect(requests[0]?.signal.aborted).toBe(false);
});

test("a client that leaves before it is answered has its response cancelled", async () => {
  const events: string[] = [];
  const { port } = await startServing(async (request) => {
    await new Promise((resolve) => {
      request.signal.addEventListener("abort", resolve);
    });
    return new Response(new ReadableStream({ cancel: () => void events.push("cancel") }));
  });
  const connection = await connectRaw(port);
  await connection.write(rawRequest("GET", "/"));
  await nextTurn();
  connection.reset();

  await expect.poll(() => events).toEqual(["cancel"]);
});

test("a HEAD has no body", async () => {
  const { port } = await startServing(() => new Response("body"));
  const connection = await connectRaw(port);
  await connection.write(rawRequest("HEAD", "/"));
  const { status } = await connection.readHead();
  await connection.write(rawRequest("HEAD", "/"));

  expect([status, (await connection.readHead()).status]).toEqual([200, 200]);
});

const FAILURE = new Error("failed on purpose");
const used = new Response("once");

test.each<[failing: string, fetch: Fetch]>([
  [
    "throws",
    () => {
      throw FAILURE;
    },
  ],
  ["rejects", () => Promise.reject(FAILURE)],
  ["answers nothing", () => undefined as never],
  ["answers a text", () => "text" as never],
  ["answers `Response.error()`", () => Response.error()],
  [
    "answers a response that was read before",
    async () => {
      if (!used.bodyUsed) await used.text();
      return used;
    },
  ],
])("a `fetch` that %s is answered 500, and the server goes on", async (_failing, fetch) => {
  const { errors } = hearErrors();
  const { port } = await startServing(fetch);
  const answers = [await ask(port, "GET", "/"), await ask(port, "GET", "/")];

  expect(answers.map(({ status, body }) => [status, body])).toEqual([
    [500, "Internal server error\n"],
    [500, "Internal server error\n"],
  ]);
  expect(errors.length).toBe(2);
});

test("a body that fails halfway cuts the connection", async () => {
  const { errors } = hearErrors();
  const failing: (() => void)[] = [];
  const { port } = await startServing(() => {
    const body = new ReadableStream<Uint8Array>({
      start(controller) {
        controller.enqueue(new Uint8Array([104]));
        failing.push(() => controller.error(FAILURE));
      },
    });
    return new Response(body);
  });
  const connection = await connectRaw(port);
  await connection.write(rawRequest("GET", "/"));
  await connection.readHead();
  const chunk = await connection.readChunk();
  failing[0]?.();
  const { text } = await connection.readRemainder();

  expect([chunk, text, errors]).toEqual(["h", "", [FAILURE]]);
});

test("a request that no `Request` can hold is answered 400", async () => {
  const { port } = await startServing(() => new Response("ok"));
  const { status, body } = await ask(port, "TRACE", "/");

  expect([status, body]).toEqual([400, "Bad request\n"]);
});

test.each(["a:b@localhost", "x/../y", "x?y", ""])(
  "a `Host` of `%s` stands for `localhost`",
  async (host) => {
    const { port } = await startServing((request) => new Response(request.url));
    const connection = await connectRaw(port);
    await connection.write(`GET /p HTTP/1.1\r\nHost: ${host}\r\n\r\n`);

    expect((await readAnswer(connection)).body).toBe("http://localhost/p");
  },
);

test("`close()` of a foreign `fetch` cuts its connections", async () => {
  const serving = await serve({
    fetch: () => new Response(new ReadableStream()),
    port: 0,
    hostname: "127.0.0.1",
    gracefulShutdown: false,
  });
  const connection = await connectRaw(serving.port);
  await connection.write(rawRequest("GET", "/"));
  await connection.readHead();
  await serving.close();

  expect((await connection.readRemainder()).text).toBe("");
});
