import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Runtime } from "../harness/runtimes.ts";
import { pathOf, startProcess, type ExampleProcess } from "./example-process.ts";

/** Its packages are those of tests/, which has an adapter for every runtime. */
const FOLDER = fileURLToPath(new URL("dist/examples/", import.meta.url));

/**
 * Starts a single-file example, such as `chat/server.ts`, on any runtime: the file as it is, with another package in its import
 * line, and a free port in place of its 8081. Node 20 gets it compiled.
 */
export function startExampleOn(runtime: Runtime, path: string): Promise<ExampleProcess> {
  const takesTypes = runtime.name !== "node";
  const adapter = /^[a-z]+/.exec(runtime.name)?.[0] ?? "";
  const code = readFileSync(pathOf(takesTypes ? path : compiled(path)), "utf8")
    .replace('from "@sockjs-fetch/node"', `from "@sockjs-fetch/${adapter}"`)
    .replace(/\b8081\b/, "0")
    .replace(/^\/\/# sourceMappingURL=.*$/m, "");
  const name = path.replace("/", "-").replace(/ts$/, takesTypes ? "mts" : "mjs");
  const file = join(FOLDER, runtime.name, name);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, code);
  return startProcess(runtime.executable, [...runtime.flags, file], dirname(file));
}

/** The path of what `chat/server.ts` compiles to. */
function compiled(path: string): string {
  return join(dirname(path), "dist", basename(path).replace(/ts$/, "js"));
}
