import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync, utimesSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { EVENT_DEADLINE_MS, within } from "../harness/deadline.ts";
import { startFixtureServer, type FixtureServer } from "../harness/fixture-server.ts";
import { findRuntime } from "../harness/runtimes.ts";
import { command, type CommandResult } from "../packages/command.ts";

const ROOT = new URL("../../", import.meta.url);

/** `play` builds first and starts three processes. */
const START_DEADLINE_MS = 15_000;

const running: Script[] = [];

afterEach(async () => {
  await Promise.all(running.splice(0).map((script) => script.end()));
});

describe("`npm run client`", () => {
  let server: FixtureServer;
  beforeAll(async () => {
    server = await startFixtureServer(findRuntime("node"), "standard");
  });
  afterAll(() => server.stop());

  test.each([
    { transport: "xhr-streaming", echo: String.raw`"a[\"hello\"]\n"` },
    { transport: "xhr-polling", echo: String.raw`"a[\"hello\"]\n"` },
    { transport: "eventsource", echo: String.raw`"data: a[\"hello\"]\r\n\r\n"` },
    {
      transport: "htmlfile",
      echo: String.raw`"<script>\np(\"a[\\\"hello\\\"]\");\n</script>\r\n"`,
    },
    { transport: "jsonp-polling", echo: String.raw`"/**/callback(\"a[\\\"hello\\\"]\");\r\n"` },
    { transport: "websocket", echo: String.raw`"a[\"hello\"]"` },
    { transport: "websocket-raw", echo: `"hello"` },
  ])("sends a piped line by $transport and prints the chunk that comes back", async (row) => {
    const client = startScript("client.mjs", urlOf("/echo"), "--transport", row.transport);
    client.write("hello\n");
    expect(await client.line(/hello/)).toMatch(/^ *\+\d+ ms {2}"/);
    expect(client.lines.at(-1)?.replace(/^.*? ms {2}/, "")).toBe(row.echo);
  });

  test("ends with its piped input, once the answer has come", async () => {
    const client = startScript("client.mjs", urlOf("/echo"), "--transport", "xhr-polling");
    client.write("hello\n", "end");
    expect(await client.exit()).toBe(0);
    expect(client.lines.at(-1)).toContain("hello");
  });

  test("ends when a close frame has come", async () => {
    const client = startScript("client.mjs", urlOf("/close"));
    expect(await client.exit()).toBe(0);
    expect(client.lines.at(-1)).toContain(String.raw`c[3000,\"Go away!\"]\n`);
  });

  test("takes the query of its URL to the opening request, and to no other", async () => {
    const client = startScript("client.mjs", urlOf("/close?a=b"), "--transport", "xhr-polling");
    expect(await client.exit()).toBe(0);
    const posts = client.lines.filter((line) => line.startsWith("POST "));
    expect(posts.map((line) => line.replace(/^.*\//, ""))).toEqual(["xhr?a=b 200", "xhr 200"]);
  });

  test.each(["xhr-streaming", "xhr-polling", "eventsource", "jsonp-polling", "websocket"])(
    "fails by %s when an established connection breaks",
    async (transport) => {
      const mortal = await startFixtureServer(findRuntime("node"), "standard");
      const url = `http://127.0.0.1:${mortal.port}/echo`;
      const client = startScript("client.mjs", url, "--transport", transport);
      client.write("hello\n");
      await client.line(/hello/);
      process.kill(mortal.pid, "SIGKILL");
      expect(await client.exit()).toBe(1);
      expect(client.lines.at(-1)).toMatch(/^Connection lost: \S/);
    },
  );

  test("names URL and status of a WebSocket that is refused", async () => {
    const client = startScript("client.mjs", urlOf("/nothing"), "--transport", "websocket");
    expect(await client.exit()).toBe(1);
    expect(client.lines).toEqual([
      expect.stringMatching(
        /^Cannot connect: GET ws:.*\/nothing\/000\/.*\/websocket answered 404$/,
      ),
    ]);
  });

  test.each(["127.0.0.1:1/echo", "localhost:8081/echo", "ws://127.0.0.1:1/echo"])(
    "says how a URL begins when given %s",
    async (url) => {
      const { code, output } = await runScript("client.mjs", url);
      expect(code).toBe(1);
      expect(output).toBe(`Cannot connect to "${url}": begin with http:// or https://\n`);
    },
  );

  test("fails where there is no service", async () => {
    const client = startScript("client.mjs", urlOf("/nothing"));
    expect(await client.exit()).toBe(1);
    expect(client.lines[0]).toMatch(/^POST .*\/nothing\/.* 404$/);
  });

  function urlOf(path: string): string {
    return `http://127.0.0.1:${server.port}${path}`;
  }
});

test("`npm run testserver -- --trace` prints states and frames, with no whole session id", async () => {
  const server = startScript("testserver.mjs", "--port", "0", "--trace");
  const url = await server.url();
  const session = "0123456789abcdef";
  await (await fetch(`${url}/echo/000/${session}/xhr`, { method: "POST" })).text();

  await server.line(/ open$/);
  const traced = server.lines.slice(1).map((line) => line.replace(/^\S+ /, ""));
  expect(traced).toEqual(
    ["connecting", "o", "open"].map((what) => `/echo 0123 xhr-polling   ${what}`),
  );
});

test("`npm run testserver -- --trace` tells the raw WebSocket from the other", async () => {
  const server = startScript("testserver.mjs", "--port", "0", "--trace");
  const url = `${await server.url()}/echo`;
  for (const name of ["websocket-raw", "websocket"]) {
    const client = startScript("client.mjs", url, "--transport", name);
    client.write("hello\n", "end");
    expect(await client.exit()).toBe(0);
    await server.line(new RegExp(` - {4}${name} +gone$`));
  }
});

test("the test server lists its services at `/`, as its `--help` does", async () => {
  const server = startScript("testserver.mjs", "--port", "0");
  const url = await server.url();
  const listed = await (await fetch(`${url}/?query`)).text();
  const { output } = await runScript("testserver.mjs", "--help");
  const services = listed.split("\n").filter((line) => line.startsWith("/"));
  expect(services).toHaveLength(7);
  expect(output).toContain(services.map((line) => `  ${line}`).join("\n"));
  expect((await fetch(`${url}/nothing`)).status).toBe(404);
});

describe.each(["testserver", "client", "play", "start", "check", "dev", "test", "soak", "chaos"])(
  "%s.mjs",
  (name) => {
    test("prints its usage after `--help`", async () => {
      const { code, output } = await runScript(`${name}.mjs`, "--help");
      expect(code).toBe(0);
      expect(output).toMatch(/^usage: npm /);
      expect(output).toMatch(/^ {2}--help /m);
    });

    test("names an option it does not know, in one line", async () => {
      const { code, output } = await runScript(`${name}.mjs`, "--netscape");
      expect(code).toBe(2);
      expect(output).toBe('Unknown option "--netscape": see --help\n');
    });
  },
);

describe.each(["testserver", "play", "start"])("%s.mjs", (name) => {
  test("names a port on which another process listens", async () => {
    const other = createServer().listen(0, "127.0.0.1");
    await once(other, "listening");
    const { port } = other.address() as AddressInfo;
    const { code, output } = await runScript(`${name}.mjs`, "--port", String(port));
    other.close();
    expect(code).toBe(1);
    expect(output).toBe(
      `Cannot listen on 127.0.0.1:${port}: another process does already, so choose another --port\n`,
    );
  });

  test.each(["http", "65536", "-1"])("refuses %s as a port", async (port) => {
    const { code, output } = await runScript(`${name}.mjs`, `--port=${port}`);
    expect(code).toBe(1);
    expect(output).toBe(`Cannot listen on port "${port}": choose a number from 0 to 65535\n`);
  });
});

test("CONTRIBUTING's table has every gate", async () => {
  const { output } = await runScript("test.mjs", "no-such-gate");
  const gates = /choose from (.*)/.exec(output)?.[1]?.split(", ") ?? [];
  const contributing = readFileSync(new URL("CONTRIBUTING.md", ROOT), "utf8");
  const rows = contributing.matchAll(/^\| ([a-z, -]+) \| `np/gm);
  const named = Array.from(rows, ([, names = ""]) => names.split(", ")).flat();
  expect(named.toSorted()).toEqual(gates.toSorted());
});

test("`npm run testserver -- --sockjs-url` is what the iframe pages of its services load", async () => {
  const server = startScript("testserver.mjs", "--port", "0", "--sockjs-url", "/here.js");
  const page = await (await fetch(`${await server.url()}/close/iframe.html`)).text();
  expect(page).toContain('<script src="/here.js"></script>');
});

test.each(["node", "bun", "deno"])(
  "`npm run play -- --runtime %s` serves pages, and starts anew after a change",
  { timeout: 2 * START_DEADLINE_MS },
  async (name) => {
    if (!existsSync(findRuntime(name).executable)) return;
    const play = startScript("play.mjs", "--runtime", name, "--port", "0");
    const url = await play.url();
    expect(await (await fetch(url)).text()).toContain("<title>Transports");
    expect((await fetch(`${url}/sockjs.min.js`)).status).toBe(200);
    expect(await (await fetch(`${url}/broadcast`)).text()).toBe("Welcome to SockJS!\n");

    const now = new Date();
    utimesSync(new URL("tests/fixtures/dist/trace.js", ROOT), now, now);
    const newUrl = await play.url(2);
    expect(play.lines).toContain("restarting");
    expect((await fetch(newUrl)).status).toBe(200);
    await play.end();
    await expect(fetch(newUrl)).rejects.toThrow("fetch failed");
  },
);

describe("`npm test changed -- --list`", () => {
  test.each([
    { paths: ["README.md", "decisions/README.md"], gates: "format text readme" },
    { paths: ["bench/src/main.ts"], gates: "format text build lint bench knip" },
    {
      paths: ["packages/adapter-bun/src/bun.ts", "README.md"],
      gates:
        "format text build lint unit types conformance:bun runtimes interop:bun browser:bun fuzz:bun limits:bun chaos:bun packages knip",
    },
    { paths: [".changeset/config.json"], gates: "format text build lint" },
    {
      paths: ["scripts/debian-package.mjs"],
      gates: "format text build lint browser:node browser:bun",
    },
    { paths: ["scripts/firefox.mjs"], gates: "format text build lint browser:bun" },
  ])("names the gates of $paths", async ({ paths, gates }) => {
    expect(await listGates(...paths)).toBe(`${gates}\n`);
  });

  test("names every gate for a file that everything hangs on", async () => {
    const gates = (await listGates("pnpm-lock.yaml")).trim().split(" ");
    expect(gates).toEqual(expect.arrayContaining(["unit", "conformance", "deploy", "deprecated"]));
  });

  test("knows the gates of each row, and each row's paths exist", async () => {
    const { TOUCHES }: { readonly TOUCHES: readonly (readonly [string, readonly string[]])[] } =
      await import(new URL("scripts/changed.mjs", ROOT).href);
    const { output } = await command("git", ["-c", "safe.directory=*", "ls-files"]);
    const files = output.split("\n");
    const stale = TOUCHES.filter(([pattern]) =>
      files.every((path) =>
        pattern.startsWith("*") ? !path.endsWith(pattern.slice(1)) : !path.startsWith(pattern),
      ),
    );
    expect(stale).toEqual([]);
    const names = new Set(TOUCHES.flatMap(([, gates]) => gates));
    const { output: complaint } = await command(process.execPath, [
      fileURLToPath(new URL("scripts/test.mjs", ROOT)),
      "no-such-gate",
    ]);
    const known = /choose from (.*)/.exec(complaint)?.[1]?.split(", ") ?? [];
    expect([...names].filter((gate) => !known.includes(gate.replace(/:.*/, "")))).toEqual([]);
  });

  async function listGates(...paths: readonly string[]): Promise<string> {
    const args = paths.flatMap((path) => ["--path", path]);
    const script = fileURLToPath(new URL("scripts/test.mjs", ROOT));
    const { output } = await command(process.execPath, [script, "changed", "--list", ...args]);
    return output;
  }
});

/** A script that runs until the test ends, its standard input a pipe. */
interface Script {
  readonly lines: readonly string[];
  write(text: string, after?: "end"): void;
  /** The line that fits, or another in their order, once it is there. */
  line(pattern: RegExp, ordinal?: number): Promise<string>;
  /** The URL in the line that tells where it listens, or listens once more. */
  url(ordinal?: number): Promise<string>;
  exit(): Promise<number | null>;
  /** Ends it as a terminal would, and waits until it has. */
  end(): Promise<void>;
}

/** Runs a script that ends by itself; `output` is all that it prints. */
function runScript(name: string, ...args: readonly string[]): Promise<CommandResult> {
  return command(process.execPath, [fileURLToPath(new URL(`scripts/${name}`, ROOT)), ...args]);
}

function startScript(name: string, ...args: readonly string[]): Script {
  const path = fileURLToPath(new URL(`scripts/${name}`, ROOT));
  const child: ChildProcess = spawn(process.execPath, [path, ...args], {
    stdio: ["pipe", "pipe", "pipe"],
  });
  const { stdin, stdout, stderr } = child;
  if (!stdin || !stdout || !stderr) throw new Error(`Cannot start ${name}: it is not piped`);
  stderr.on("data", (data) => process.stderr.write(data));
  const lines: string[] = [];
  const reader = createInterface({ input: stdout });
  reader.on("line", (line) => lines.push(line));
  const closed = once(child, "close") as Promise<[number | null]>;
  const waitForLine = async (pattern: RegExp, ordinal: number): Promise<string> => {
    for (;;) {
      const found = lines.filter((line) => pattern.test(line))[ordinal - 1];
      if (found !== undefined) return found;
      await once(reader, "line");
    }
  };
  const line = (pattern: RegExp, ordinal = 1): Promise<string> =>
    within(
      waitForLine(pattern, ordinal),
      START_DEADLINE_MS,
      () => `${pattern} in:\n${lines.join("\n")}`,
    );
  const script: Script = {
    lines,
    write(text, after) {
      stdin.write(text);
      if (after === "end") stdin.end();
    },
    line,
    url: async (ordinal) => (await line(/^listening on /, ordinal)).slice("listening on ".length),
    exit: async () => (await within(closed, EVENT_DEADLINE_MS, `${name} to end`))[0],
    async end() {
      child.kill("SIGTERM");
      // Its output closes when nothing that it has started is left, the compiler included.
      await within(closed, EVENT_DEADLINE_MS, `${name} and what it has started to end`);
    },
  };
  running.push(script);
  return script;
}
