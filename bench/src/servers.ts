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

export const SERVERS: readonly Server[] = [
  {
    name: "floor-node",
    title: "bare ws and node:http",
    runtime: "node",
    dialect: floorDialect,
    floor: "floor-node",
    command: onNode("floor-node"),
  },
  {
    name: "ours-node",
    title: "@sockjs-fetch/node",
    runtime: "node",
    dialect: sockjsDialect,
    floor: "floor-node",
    command: onNode("ours-node"),
  },
  {
    name: "sockjs-node",
    title: "sockjs 0.3.24",
    runtime: "node",
    dialect: sockjsDialect,
    floor: "floor-node",
    command: onNode("sockjs-node"),
  },
  {
    name: "engine.io",
    title: "engine.io 6.6.12",
    runtime: "node",
    dialect: engineIoDialect,
    floor: "floor-node",
    command: onNode("engine-io"),
  },
  {
    name: "floor-bun",
    title: "bare Bun.serve",
    runtime: "bun",
    dialect: floorDialect,
    floor: "floor-bun",
    command: onBun("floor-bun"),
  },
  {
    name: "ours-bun",
    title: "@sockjs-fetch/bun",
    runtime: "bun",
    dialect: sockjsDialect,
    floor: "floor-bun",
    command: onBun("ours-bun"),
  },
  {
    name: "floor-deno",
    title: "bare Deno.serve",
    runtime: "deno",
    dialect: floorDialect,
    floor: "floor-deno",
    command: onDeno("floor-deno"),
  },
  {
    name: "ours-deno",
    title: "@sockjs-fetch/deno",
    runtime: "deno",
    dialect: sockjsDialect,
    floor: "floor-deno",
    command: onDeno("ours-deno"),
  },
];

function onNode(name: string): Server["command"] {
  return ({ runtimes, profileFolder }) => {
    const flags = profileFolder === undefined ? [] : profileFlags(profileFolder, name);
    return [runtimes.node, "--expose-gc", ...flags, pathOf(name)];
  };
}

function onBun(name: string): Server["command"] {
  return ({ runtimes, profileFolder }) => {
    const flags = profileFolder === undefined ? [] : profileFlags(profileFolder, name);
    return [runtimes.bun, ...flags, pathOf(name)];
  };
}

function onDeno(name: string): Server["command"] {
  return ({ runtimes, profileFolder }) => {
    const flags = profileFolder === undefined ? [] : profileFlags(profileFolder, name);
    const allowed = ["--no-check", "--allow-all", "--v8-flags=--expose-gc"];
    return [runtimes.deno, "run", ...allowed, ...flags, pathOf(name)];
  };
}

function pathOf(name: string): string {
  return fileURLToPath(new URL(`servers/${name}.js`, import.meta.url));
}

function profileFlags(folder: string, name: string): string[] {
  return [
    "--cpu-prof",
    "--cpu-prof-interval=200",
    `--cpu-prof-dir=${folder}`,
    `--cpu-prof-name=${name}.cpuprofile`,
  ];
}
