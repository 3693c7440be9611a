import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, inject, test } from "vitest";
import { startProcess, type ExampleProcess } from "../runtimes/example-process.ts";
import { findRuntime, missingReason } from "../harness/runtimes.ts";
import { openSession, poll, send } from "../harness/session.ts";
import { openWebSocket } from "../harness/websocket-client.ts";
import { succeed } from "./command.ts";

let example: ExampleProcess | undefined;

afterEach(async () => {
  await example?.stop();
  example = undefined;
});

describe.each([
  { name: "sockjs-fetch", on: "node", flags: [] },
  { name: "sockjs-fetch", on: "node-22", flags: [] },
  { name: "sockjs-fetch", on: "node-24", flags: [] },
  { name: "sockjs-fetch", on: "node-26", flags: [] },
  { name: "sockjs-fetch", on: "bun", flags: [] },
  { name: "sockjs-fetch", on: "deno", flags: ["run", "--allow-net"] },
  { name: "@sockjs-fetch/node", on: "node", flags: [] },
  { name: "@sockjs-fetch/bun", on: "bun", flags: [] },
  { name: "@sockjs-fetch/deno", on: "deno", flags: ["run", "--allow-net"] },
])("the example in the README of $name, on $on", ({ name, on, flags }) => {
  const runtime = findRuntime(on);

  test.skipIf(missingReason(runtime) !== undefined)("echoes by websocket and by xhr", async () => {
    const server = writeServer(`server-${on}-${name.replace("/", "-")}.mjs`, exampleOf(name));
    example = await startProcess(runtime.executable, [...flags, server], inject("project"));
    const { port } = example;

    const client = await openWebSocket(port, "/echo/000/websocket-session/websocket");
    expect(await client.readMessage()).toBe("o");
    client.socket.send('["hello"]');
    expect(await client.readMessage()).toBe('a["hello"]');
    client.socket.terminate();

    const session = await openSession(port, "/echo");
    await send(port, session, "hello");
    expect(await poll(port, session)).toBe('a["hello"]\n');
  });
});

test.each([
  { on: "node", flags: [], entry: "index.js" },
  { on: "bun", flags: [], entry: "bun.js" },
  { on: "deno", flags: ["run"], entry: "deno.js" },
])("sockjs-fetch is $entry on $on", async ({ on, flags, entry }) => {
  const program = writeServer(
    "resolve.mjs",
    'console.log(import.meta.resolve("sockjs-fetch").replace(/.*[/]/, ""));\n',
  );
  const { executable } = findRuntime(on);
  const output = await succeed(executable, [...flags, program], inject("project"));
  expect(output).toBe(`${entry}\n`);
});

test("the example in the README of @sockjs-fetch/core needs no runtime", async () => {
  const program = writeServer("no-server.mjs", exampleOf("@sockjs-fetch/core"));
  expect(await succeed(process.execPath, [program], inject("project"))).toMatch(
    /^\{"websocket":false,"origins":\["\*:\*"\],"cookie_needed":false,"entropy":\d+\}\n$/,
  );
});

test("importing @sockjs-fetch/bun changes nothing: `sideEffects` is false", async () => {
  const program = writeServer(
    "import-only.mjs",
    'const { serve } = Bun;\nawait import("@sockjs-fetch/bun");\nconsole.log(serve === Bun.serve);\n',
  );
  const { executable } = findRuntime("bun");
  expect(await succeed(executable, [program], inject("project"))).toBe("true\n");
});

/** The first `ts` block of a package's README, as it is in the tarball. */
function exampleOf(name: string): string {
  const { unpacked = "" } = inject("packages").find((item) => item.name === name) ?? {};
  const readme = readFileSync(join(unpacked, "README.md"), "utf8");
  return /^```ts\n(.*?)^```$/ms.exec(readme)?.[1] ?? "";
}

/** Writes a program into the project, with a free port in place of its 8081. */
function writeServer(file: string, code: string): string {
  writeFileSync(join(inject("project"), file), code.replace(/\b8081\b/, "0"));
  return file;
}
