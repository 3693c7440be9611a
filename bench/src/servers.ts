import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Dialect } from "./dialects/dialect.ts";
import { engineIoDialect } from "./dialects/engine-io.ts";
import { floorDialect } from "./dialects/floor.ts";
import { sockjsDialect } from "./dialects/sockjs.ts";
import type { Runtime } from "./system/runtimes.ts";
import type { ServerProcessOptions } from "./system/server-process.ts";

/** A server to measure. A new one is a row in `SERVERS`, a file in `servers/`, and a dialect if it speaks none of ours. */
export interface Server {
  readonly name: string;
  readonly title: string;
  readonly runtime: Runtime;
  readonly dialect: Dialect;
  /** The server that does the least possible for the same bytes on the same runtime. */
  readonly floor: string;
  /** The command that starts it, without the mode. */
  command(options: ServerProcessOptions): readonly string[];
}

/** The servers of this checkout. */
export const SERVERS: readonly Server[] = serversOf(
  fileURLToPath(new URL("../..", import.meta.url)),
);

/** The servers whose programs a checkout of the project has compiled. */
export function serversOf(checkout: string): readonly Server[] {
  const folder = join(checkout, "bench/dist/servers");
  return [
    {
      name: "floor-node",
      title: "bare ws and node:http",
      runtime: "node",
      dialect: floorDialect,
      floor: "floor-node",
      command: onNode(join(folder, "floor-node.js")),
    },
    {
      name: "ours-node",
      title: "@sockjs-fetch/node",
      runtime: "node",
      dialect: sockjsDialect,
      floor: "floor-node",
      command: onNode(join(folder, "ours-node.js")),
    },
    {
      name: "sockjs-node",
      title: "sockjs 0.3.24",
      runtime: "node",
      dialect: sockjsDialect,
      floor: "floor-node",
      command: onNode(join(folder, "sockjs-node.js")),
    },
    {
      name: "engine.io",
      title: "engine.io 6.6.12",
      runtime: "node",
      dialect: engineIoDialect,
      floor: "floor-node",
      command: onNode(join(folder, "engine-io.js")),
    },
    {
      name: "floor-bun",
      title: "bare Bun.serve",
      runtime: "bun",
      dialect: floorDialect,
      floor: "floor-bun",
      command: onBun(join(folder, "floor-bun.js")),
    },
    {
      name: "ours-bun",
      title: "@sockjs-fetch/bun",
      runtime: "bun",
      dialect: sockjsDialect,
      floor: "floor-bun",
      command: onBun(join(folder, "ours-bun.js")),
    },
    {
      name: "floor-deno",
      title: "bare Deno.serve",
      runtime: "deno",
      dialect: floorDialect,
      floor: "floor-deno",
      command: onDeno(join(folder, "floor-deno.js")),
    },
    {
      name: "ours-deno",
      title: "@sockjs-fetch/deno",
      runtime: "deno",
      dialect: sockjsDialect,
      floor: "floor-deno",
      command: onDeno(join(folder, "ours-deno.js")),
    },
  ];
}

function onNode(path: string): Server["command"] {
  return ({ runtimes, profileFolder }) => {
    const flags = profileFolder === undefined ? [] : profileFlags(profileFolder, path);
    return [runtimes.node, "--expose-gc", ...flags, path];
  };
}

function onBun(path: string): Server["command"] {
  return ({ runtimes, profileFolder }) => {
    const flags = profileFolder === undefined ? [] : profileFlags(profileFolder, path);
    return [runtimes.bun, ...flags, path];
  };
}

function onDeno(path: string): Server["command"] {
  return ({ runtimes, profileFolder }) => {
    const flags = profileFolder === undefined ? [] : profileFlags(profileFolder, path);
    const allowed = ["--no-check", "--allow-all", "--v8-flags=--expose-gc"];
    return [runtimes.deno, "run", ...allowed, ...flags, path];
  };
}

function profileFlags(folder: string, path: string): string[] {
  return [
    "--cpu-prof",
    "--cpu-prof-interval=200",
    `--cpu-prof-dir=${folder}`,
    `--cpu-prof-name=${basename(path, ".js")}.cpuprofile`,
  ];
}
