import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, expect, test } from "vitest";
import { EVENT_DEADLINE_MS, eventually } from "../harness/deadline.ts";
import { newSession } from "../harness/session.ts";
import { openWebSocket, type WebSocketClient } from "../harness/websocket-client.ts";
import { isInstalled, startProgram, type Program } from "./program.ts";

// The adapter wraps Bun's own `serve`, which outlives the module: other copies of it must find their way.

let folder: string;
let program: Program | undefined;

beforeEach(() => {
  // Below tests/, where the packages are found.
  folder = mkdtempSync(fileURLToPath(new URL("../dist/copies-", import.meta.url)));
});
afterEach(async () => {
  await program?.stop();
  program = undefined;
  rmSync(folder, { recursive: true });
});

test.runIf(isInstalled({ runtime: "bun" }))(
  "bun --hot: WebSockets open after a reload, and those that are open go on",
  async () => {
    const file = join(folder, "server.ts");
    const write = (answer: string): void =>
      writeFileSync(
        file,
        `import { sockjs } from "sockjs-fetch";
const message = (connection, text) => connection.send("${answer} " + text);
export default { fetch: sockjs({ message }, { prefix: "/echo" }) };
`,
      );
    write("first");
    program = await startProgram("bun", ["--hot", "--port", "0"], file);
    const { port } = program;
    const before = await openWebSocket(port, `${newSession("/echo")}/websocket`);
    expect(await before.readMessage()).toBe("o");
    expect(await askFor(before, "hello")).toBe('a["first hello"]');

    write("second");
    await eventually(
      async () => {
        const after = await openWebSocket(port, "/echo/websocket");
        after.socket.send("hello");
        const answer = await after.readMessage();
        after.socket.close();
        return answer === "second hello" ? answer : undefined;
      },
      EVENT_DEADLINE_MS,
      "the reload",
    );
    expect(await askFor(before, "again")).toBe('a["first again"]');
    before.socket.close();
  },
);

test.runIf(isInstalled({ runtime: "bun" }))(
  "two copies of the packages serve WebSockets by one Bun.serve, whichever wrapped it",
  async () => {
    const scope = join(folder, "node_modules/@sockjs-fetch");
    mkdirSync(scope, { recursive: true });
    for (const [name, original] of [
      ["bun", "../../packages/adapter-bun"],
      ["core", "../../packages/core"],
    ] as const) {
      const from = fileURLToPath(new URL(original, import.meta.url));
      for (const part of ["package.json", "dist"])
        cpSync(join(from, part), join(scope, name, part), { recursive: true });
      if (name === "core")
        symlinkSync(join(from, "node_modules/itty-router"), join(scope, "../itty-router"));
    }
    writeFileSync(
      join(folder, "server.ts"),
      `import { sockjs as original } from "sockjs-fetch";
import { sockjs as copy } from "@sockjs-fetch/bun";
const create = (sockjs, prefix) =>
  sockjs({ message: (connection, text) => connection.send(prefix + " " + text) }, { prefix });
const first = create(original, "/first");
const second = create(copy, "/second");
if (original === copy) throw new Error("there is one copy only");
const server = Bun.serve({
  port: 0,
  fetch: (request, server) =>
    new URL(request.url).pathname.startsWith("/first") ? first(request, server) : second(request, server),
});
console.log("listening on http://localhost:" + server.port);
`,
    );
    program = await startProgram("bun", [], join(folder, "server.ts"));
    for (const prefix of ["/first", "/second"]) {
      const client = await openWebSocket(program.port, `${newSession(prefix)}/websocket`);
      expect(await client.readMessage()).toBe("o");
      expect(await askFor(client, "hello")).toBe(`a["${prefix} hello"]`);
      client.socket.close();
    }
  },
);

function askFor(client: WebSocketClient, message: string): Promise<string> {
  client.socket.send(JSON.stringify([message]));
  return client.readMessage();
}
