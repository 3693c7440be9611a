import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { afterEach, describe, expect, test } from "vitest";
import { EVENT_DEADLINE_MS, within } from "../harness/deadline.ts";
import { findRuntime, missingReason } from "../harness/runtimes.ts";

const TESTS = fileURLToPath(new URL("..", import.meta.url)); // has the packages
/** Makes what it starts process 1 of a namespace, as in a container. */
const UNSHARE = ["unshare", "--pid", "--fork", "--kill-child"];
const MAY_UNSHARE = spawnSync("/usr/bin/env", [...UNSHARE, "true"]).status === 0;

let child: ChildProcess | undefined;

afterEach(() => {
  child?.kill("SIGKILL");
});

describe.each([
  { name: "node", flags: ["--input-type=module", "--eval"] },
  { name: "bun", flags: ["--eval"] },
  { name: "deno", flags: ["eval"] },
])("process 1 on $name", ({ name, flags }) => {
  const runtime = findRuntime(name);

  // Making a PID namespace takes a right that not everybody has (https://man7.org/linux/man-pages/man7/pid_namespaces.7.html).
  test.skipIf(!MAY_UNSHARE || missingReason(runtime) !== undefined)(
    "ends on SIGTERM, whatever else it has to do",
    async () => {
      const program = [runtime.executable, ...flags, code(name)];
      child = spawn("/usr/bin/env", [...UNSHARE, ...program], {
        cwd: TESTS,
        stdio: ["ignore", "pipe", "inherit"],
      });
      if (!child.stdout || child.pid === undefined) throw new Error("Cannot start the process");
      const line = once(createInterface({ input: child.stdout }), "line");
      expect(await within(line, EVENT_DEADLINE_MS, "the process to listen")).toEqual(["1"]);

      const ended = once(child, "exit");
      process.kill(onlyChildOf(child.pid), "SIGTERM");
      expect(await within(ended, EVENT_DEADLINE_MS, "the process to end")).toEqual([143, null]);
    },
  );
});

function code(name: string): string {
  return `
    import { serve, sockjs } from "@sockjs-fetch/${name}";
    await serve({ fetch: sockjs({}), port: 0 });
    setInterval(() => {}, 1000); // such as a pool of connections to a database
    console.log(globalThis.Deno?.pid ?? process.pid);`;
}

function onlyChildOf(pid: number): number {
  return Number(readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8"));
}
