import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { eventually, EVENT_DEADLINE_MS, within } from "../harness/deadline.ts";
import { startFixtureServer, type FixtureServer } from "../harness/fixture-server.ts";
import { findRuntime } from "../harness/runtimes.ts";
import type { Proxy } from "./proxies.ts";

/** A proxy that runs, with both processes behind it answering. */
export interface ProxyProcess {
  readonly port: number;
  stop(): Promise<void>;
}

/** Starts a process to stand behind a proxy: on a port of its own choice unless `port` is given. */
export function startBackend(port = 0): Promise<FixtureServer> {
  const runtime = { ...findRuntime("node"), main: "dist/testserver-deploy.js" };
  return startFixtureServer(runtime, "standard", ["--port", String(port)]);
}

/** Starts a proxy before two processes, and waits until the service answers through it. */
export async function startProxy(
  proxy: Proxy,
  backends: readonly [number, number],
): Promise<ProxyProcess> {
  const folder = mkdtempSync(join(tmpdir(), `sockjs-fetch-${proxy.name}-`));
  const port = await freePort();
  const files = proxy.files({ proxy: port, backends }, folder);
  for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content);
  const child = spawn(proxy.program, proxy.args(folder), {
    stdio: ["ignore", "ignore", "pipe"],
    env: { ...process.env, HOME: folder, XDG_DATA_HOME: folder, XDG_CONFIG_HOME: folder },
  });
  const output = text(child.stderr);
  const closed = once(child, "close");
  const kill = (): boolean => child.kill("SIGKILL");
  process.once("exit", kill);
  const stop = async (): Promise<void> => {
    kill();
    await within(closed, EVENT_DEADLINE_MS, `${proxy.name} to end`);
    process.off("exit", kill);
    rmSync(folder, { recursive: true });
  };
  try {
    const answered = eventually(
      () => answers(port),
      EVENT_DEADLINE_MS,
      `an answer through ${proxy.name}`,
    );
    const died = closed.then(() => {
      throw new Error("The process ended before it answered");
    });
    died.catch(() => {}); // every proxy ends at last
    await Promise.race([answered, died]);
    return { port, stop };
  } catch (cause) {
    await stop();
    throw new Error(`Cannot start ${proxy.name}: ${await output}`, { cause });
  }
}

async function answers(port: number): Promise<true | undefined> {
  const answer = await fetch(`http://127.0.0.1:${port}/echo`).catch(() => undefined);
  return answer?.status === 200 || undefined;
}

/** A port nobody listens on now: proxies cannot choose one and tell. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  if (address === null || typeof address === "string") throw new Error("Cannot find a free port");
  return address.port;
}
