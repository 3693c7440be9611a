import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

/** What an application may import wherever it runs. */
const COMMON = [
  "Channels",
  "CloseInfo",
  "CloseOptions",
  "Connection",
  "Fetch",
  "Handler",
  "Hooks",
  "LogEntry",
  "MultiplexOptions",
  "Options",
  "Origins",
  "RequestView",
  "ServeOptions",
  "Server",
  "Serving",
  "SockJSError",
  "SockJSErrorCode",
  "Stats",
  "Totals",
  "TransportName",
  "multiplex",
  "serve",
  "sockjs",
  "toPrometheus",
];

test("`@sockjs-fetch/node` exports the common names, `attach`, and what `fetch` gets", () => {
  expect(exportedBy("@sockjs-fetch/node")).toEqual(
    [...COMMON, "AttachableServer", "NodeEnv", "PendingUpgrade", "attach"].toSorted(),
  );
});

test("`@sockjs-fetch/bun` exports the common names, `createWebSocketHandlers`, and its types", () => {
  expect(exportedBy("@sockjs-fetch/bun")).toEqual(
    [
      ...COMMON,
      "BunServer",
      "BunSockJSServer",
      "BunSocket",
      "BunWebSocketHandlers",
      "createWebSocketHandlers",
    ].toSorted(),
  );
});

test("`@sockjs-fetch/deno` exports the common names and what `fetch` gets", () => {
  expect(exportedBy("@sockjs-fetch/deno")).toEqual(
    [...COMMON, "DenoServeInfo", "DenoServer"].toSorted(),
  );
});

test("`sockjs-fetch` exports the common names and the types of its two functions", () => {
  expect(exportedBy("sockjs-fetch")).toEqual([...COMMON, "CreateServer", "Serve"].toSorted());
});

test("`sockjs-fetch` gives every runtime the same functions", async () => {
  const names = ["SockJSError", "multiplex", "serve", "sockjs", "toPrometheus"];
  const entries = await Promise.all(
    ["index.js", "bun.js", "deno.js"].map((file) => import(besidesEntry("sockjs-fetch", file))),
  );
  expect(entries.map((entry) => Object.keys(entry as object).toSorted())).toEqual([
    names,
    names,
    names,
  ]);
});

/** The names in an entry's declarations, types included. */
function exportedBy(name: string): readonly string[] {
  const declarations = readFileSync(fileURLToPath(besidesEntry(name, "index.d.ts")), "utf8");
  const lists = declarations.matchAll(/^export (?:type )?\{([^}]*)\}/gm);
  const listed = Array.from(lists, ([, list]) => list?.split(",") ?? [])
    .flat()
    .map((item) => item.trim().replace(/^type /, ""))
    .filter(Boolean);
  const declared = Array.from(
    declarations.matchAll(/^export declare const (\w+)/gm),
    ([, constant]) => constant ?? "",
  );
  const inherited = Array.from(declarations.matchAll(/^export \* from "([^"]+)"/gm), ([, from]) =>
    exportedBy(from ?? ""),
  ).flat();
  return [...new Set([...inherited, ...listed, ...declared])].toSorted();
}

function besidesEntry(name: string, file: string): string {
  return new URL(file, import.meta.resolve(name)).href;
}
