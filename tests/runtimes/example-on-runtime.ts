import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Runtime } from "../harness/runtimes.ts";
import { pathOf, startProcess, type ExampleProcess } from "./example-process.ts";

/** Its packages are those of tests/, which has an adapter for every runtime. */
const FOLDER = fileURLToPath(new URL("dist/examples/", import.meta.url));

/**
 * Starts a single-file example, such as `chat`, on any runtime: the compiled file with another package in its import line,
 * and a free port in place of its 8081.
 */
export function startExampleOn(runtime: Runtime, name: string): Promise<ExampleProcess> {
  const adapter = /^[a-z]+/.exec(runtime.name)?.[0] ?? "";
  const code = readFileSync(pathOf(`${name}/dist/server.js`), "utf8")
    .replace('from "@sockjs-fetch/node"', `from "@sockjs-fetch/${adapter}"`)
    .replace(/\b8081\b/, "0")
    .replace(/^\/\/# sourceMappingURL=.*$/m, "");
  const path = `${FOLDER}${name}-on-${runtime.name}.mjs`;
  mkdirSync(FOLDER, { recursive: true });
  writeFileSync(path, code);
  return startProcess(runtime.executable, [...runtime.flags, path], FOLDER);
}
