import { existsSync, readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { GAPS } from "../harness/gaps.ts";

const ROOT = new URL("../../", import.meta.url);

describe.each([
  {
    readme: "README.md",
    shows: [
      "examples/echo/server.ts",
      "examples/echo/index.html",
      "examples/mount/hono.ts",
      "examples/mount/fetch.ts",
      "examples/mount/express.ts",
      "examples/date/server.ts",
      "examples/stats/server.ts",
      "examples/chat/server.ts",
      "examples/multiplex/server.ts",
    ],
  },
  { readme: "packages/core/README.md", shows: ["examples/echo/no-server.ts"] },
  {
    readme: "packages/adapter-node/README.md",
    shows: ["examples/echo/server.ts", "examples/mount/express.ts"],
  },
  { readme: "packages/adapter-bun/README.md", shows: ["examples/echo/server.ts"] },
  { readme: "packages/adapter-deno/README.md", shows: ["examples/echo/server.ts"] },
  { readme: "packages/sockjs-fetch/README.md", shows: ["examples/echo/server.ts"] },
])("$readme", ({ readme, shows }) => {
  const text = readFileSync(new URL(readme, ROOT), "utf8");
  const blocks = blocksOf(text, readme);

  test("shows these examples", () => {
    expect(blocks.map(({ file }) => file)).toEqual(shows);
  });

  test("shows each example as it is in its file, but for the package it imports", () => {
    const changed = blocks.filter(({ code, file }) => {
      const excerpts = excerptsOf(readFileSync(new URL(file, ROOT), "utf8"));
      return !excerpts.includes(withNodeImport(code));
    });
    expect(changed).toEqual([]);
  });

  test("links to files that exist", () => {
    expect(missingLinks(text, readme)).toEqual([]);
  });
});

describe.each([
  "AGENTS.md",
  "ARCHITECTURE.md",
  "PROTOCOL.md",
  "CONTRIBUTING.md",
  "decisions/README.md",
  "deploy/README.md",
])("%s", (page) => {
  test("links to files that exist", () => {
    expect(missingLinks(readFileSync(new URL(page, ROOT), "utf8"), page)).toEqual([]);
  });
});

describe("AGENTS.md", () => {
  const text = readFileSync(new URL("AGENTS.md", ROOT), "utf8");

  test("has at most forty lines", () => {
    expect(text.trimEnd().split("\n").length).toBeLessThanOrEqual(40);
  });

  test("names paths that exist", () => {
    const paths = Array.from(
      text.matchAll(/`((?:packages|tests|scripts)\/[^`]*)`/g),
      ([, path]) => path,
    );
    expect(paths.length).toBeGreaterThan(20);
    expect(paths.filter((path) => !existsSync(new URL(path ?? "", ROOT)))).toEqual([]);
  });

  test("names scripts that exist", () => {
    const { scripts }: { readonly scripts: Readonly<Record<string, string>> } = JSON.parse(
      readFileSync(new URL("package.json", ROOT), "utf8"),
    );
    const names = Array.from(text.matchAll(/`npm run ([a-z]+)/g), ([, name]) => name ?? "");
    expect(names.filter((name) => !(name in scripts))).toEqual([]);
  });
});

test("ARCHITECTURE.md names nothing in its three requests that the code does not have", () => {
  const text = readFileSync(new URL("ARCHITECTURE.md", ROOT), "utf8");
  const [section = ""] = /^## Three requests$.*?^## Chunks$/ms.exec(text) ?? [];
  const names = Array.from(section.matchAll(/`([A-Za-z_]{4,})`/g), ([, name]) => name ?? "");
  const sources = new URL("packages/", ROOT);
  const code = readdirSync(sources, { recursive: true, encoding: "utf8" })
    .filter((path) => /^[a-z-]+\/src\/.*\.ts$/.test(path))
    .map((path) => readFileSync(new URL(path, sources), "utf8"));
  const words = new Set(code.flatMap((file) => file.match(/\w+/g) ?? []));
  expect(names.length).toBeGreaterThan(20);
  expect(names.filter((name) => !words.has(name))).toEqual([]);
});

test.each(["node", "bun", "deno"])(
  "packages/adapter-%s/README.md names every known gap",
  (name) => {
    const text = readFileSync(new URL(`packages/adapter-${name}/README.md`, ROOT), "utf8");
    const named = Array.from(text.matchAll(/\[source\]\(([^)]+)\)/g), ([, link]) => link);
    const links = GAPS.filter(({ runtime }) => runtime.startsWith(name)).map(({ link }) => link);
    expect(new Set(named)).toEqual(new Set(links));
  },
);

describe.each([
  {
    title: "Moving from sockjs-node",
    // README.md and lib/ of sockjs 0.3.24, and of its main branch at 51e860a.
    options: `prefix sockjs_url response_limit heartbeat_delay disconnect_delay base_url jsessionid transports websocket log
      disable_cors faye_server_options`,
    calls: `createServer listen installHandlers attach detach listener getHandler middleware on write end close destroy
      destroySoon pipe readable writable id readyState protocol remoteAddress remotePort address headers url pathname prefix`,
  },
  {
    title: "Moving from SockJS-cyclone",
    // README.rst, conn.py, router.py, session.py and stats.py at d3ca053.
    options: `session_check_interval disconnect_delay heartbeat_delay disabled_transports sockjs_url response_limit jsessionid
      immediate_flush disable_nagle verify_ip`,
    calls: `SockJSRouter urls apply_routes create_session get_session get_connection_class broadcast stats dump
      sessions_active connections_active connections_ps packets_sent_ps packets_recv_ps transp_websocket connectionMade
      messageReceived connectionLost sendMessage close is_closed ip cookies arguments headers path get_header get_argument
      get_cookie MultiplexConnection create`,
  },
])("README.md, $title", ({ title, options, calls }) => {
  const text = readFileSync(new URL("README.md", ROOT), "utf8");
  const [, section = ""] = new RegExp(`^## ${title}\n(.*?)^## `, "ms").exec(text) ?? [];
  const theirs = Array.from(section.matchAll(/^\| (.*?) \| .* \|$/gm), ([, cell]) => cell).join();

  test.each([
    { what: "option", names: options },
    { what: "call", names: calls },
  ])("names every $what of theirs", ({ names }) => {
    const words = new Set(theirs.match(/\w+/g));
    expect(names.split(/\s+/).filter((name) => !words.has(name))).toEqual([]);
  });
});

test.each([
  { title: "Options", file: "options/options.ts", type: "Options" },
  { title: "Connection", file: "connection/connection.ts", type: "Connection" },
  { title: "Server", file: "server.ts", type: "Server" },
])("README.md, $title names every member of `$type`", ({ title, file, type }) => {
  const readme = readFileSync(new URL("README.md", ROOT), "utf8");
  const [section = ""] = new RegExp(`^###? ${title}\n.*?^##`, "ms").exec(readme) ?? [];
  const code = readFileSync(new URL(`packages/core/src/${file}`, ROOT), "utf8");
  const [body = ""] = new RegExp(`^export interface ${type}<.*?^}`, "ms").exec(code) ?? [];
  const members = Array.from(body.matchAll(/^  (?:readonly )?(\w+)\??[:(]/gm), ([, name]) => name);
  const words = new Set(section.match(/\w+/g));
  expect(members.length).toBeGreaterThan(4);
  expect(members.filter((name) => !words.has(name ?? ""))).toEqual([]);
});

/** The links of a page, given as a path from the root, that lead to no file. */
function missingLinks(text: string, page: string): readonly string[] {
  const links = Array.from(text.matchAll(/\]\((?!https?:)([^)#]+)\)/g), ([, link]) => link ?? "");
  return links.filter((link) => !existsSync(new URL(link, new URL(page, ROOT))));
}

/** Every `ts` and `html` block, with the file that the text before it links to, as a path from the root. */
function blocksOf(
  text: string,
  readme: string,
): readonly { readonly code: string; readonly file: string }[] {
  return Array.from(text.matchAll(/^```(?:ts|html)\n(.*?)^```$/gms), (match) => ({
    code: match[1] ?? "",
    file: pathFromRoot(lastLink(text.slice(0, match.index)), readme),
  }));
}

function lastLink(text: string): string {
  const links = text.match(/\]\([./]*examples\/[^)]+\)/g);
  return links?.at(-1)?.slice(2, -1) ?? "";
}

function pathFromRoot(link: string, readme: string): string {
  const target = new URL(link, new URL(readme, ROOT));
  return fileURLToPath(target).slice(fileURLToPath(ROOT).length);
}

/** What may be shown of a file: the whole, or what stands between `// #region` and `// #endregion`. */
function excerptsOf(text: string): readonly string[] {
  const regions = text.matchAll(/^\/\/ #region.*?\n(.*?)^\/\/ #endregion$/gms);
  return [text, ...Array.from(regions, ([, region]) => region ?? "")];
}

/** The packages of the runtimes export the same names: one example stands for all. */
function withNodeImport(code: string): string {
  return code.replace(/"(?:@sockjs-fetch\/(?:bun|deno)|sockjs-fetch)"/, '"@sockjs-fetch/node"');
}
