import { fileURLToPath } from "node:url";
import type { Dialect } from "./dialects/dialect.ts";
import { floorDialect } from "./dialects/floor.ts";
import { sockjsDialect } from "./dialects/sockjs.ts";
import type { ServerProcessOptions } from "./system/server-process.ts";

/** A server to measure. A new one is a row in `SERVERS`, a file in `servers/`, and a dialect if it speaks none of ours. */
export interface Server {
  readonly name: string;
  readonly title: string;
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
    dialect: floorDialect,
    floor: "floor-node",
    command: onNode("floor-node"),
  },
  {
    name: "ours-node",
    title: "@sockjs-fetch/node",
    dialect: sockjsDialect,
    floor: "floor-node",
    command: onNode("ours-node"),
  },
  {
    name: "sockjs-node",
    title: "sockjs 0.3.24",
    dialect: sockjsDialect,
    floor: "floor-node",
    command: onNode("sockjs-node"),
  },
];

function onNode(file: string): Server["command"] {
  const path = fileURLToPath(new URL(`servers/${file}.js`, import.meta.url));
  return ({ node, profileFolder }) => {
    const flags = profileFolder === undefined ? [] : profileFlags(profileFolder, file);
    return [node, "--expose-gc", ...flags, path];
  };
}

function profileFlags(folder: string, name: string): string[] {
  return [
    "--cpu-prof",
    "--cpu-prof-interval=200",
    `--cpu-prof-dir=${folder}`,
    `--cpu-prof-name=${name}.cpuprofile`,
  ];
}
