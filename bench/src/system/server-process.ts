import { spawn, type ChildProcess } from "node:child_process";
import { createInterface } from "node:readline";
import type { MemoryReport, Mode } from "../servers/control.ts";
import type { Server } from "../servers.ts";
import type { Runtime } from "./runtimes.ts";

/** A server that listens, in a process of its own. */
export interface ServerProcess {
  readonly server: Server;
  readonly pid: number;
  readonly port: number;
  /** Collects garbage in the server and reports what is left. */
  memory(): Promise<MemoryReport>;
  /** Ends the process in the normal way, so that it writes its profile if it was asked for one. */
  stop(): Promise<void>;
}

export interface ServerProcessOptions {
  readonly mode: Mode;
  /** Command prefix that pins the process to a core. */
  readonly pin: readonly string[];
  /** The program that runs the servers of each runtime. */
  readonly runtimes: Readonly<Record<Runtime, string>>;
  /** Where each server writes a CPU profile at its end; without, none is taken. */
  readonly profileFolder: string | undefined;
}

/** Starts a server and waits until it listens. */
export async function startServer(
  server: Server,
  options: ServerProcessOptions,
): Promise<ServerProcess> {
  const command = [...options.pin, ...server.command(options), options.mode];
  const child = spawn(command[0] ?? "", command.slice(1), { stdio: ["pipe", "pipe", "inherit"] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const nextLine = async (): Promise<string> => {
    const { value, done } = await lines.next();
    if (done === true) throw new Error(`Cannot measure "${server.name}": the server has ended`);
    return value;
  };
  const port = /^listening on http:\/\/127\.0\.0\.1:(\d+)$/.exec(await nextLine())?.[1];
  if (port === undefined || child.pid === undefined) {
    throw new Error(`Cannot measure "${server.name}": the server did not say where it listens`);
  }
  return {
    server,
    pid: child.pid,
    port: Number(port),
    memory: async () => {
      child.stdin.write("memory\n");
      return JSON.parse(await nextLine()) as MemoryReport; // written by servers/control.ts
    },
    stop: () => stop(child),
  };
}

function stop(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    if (child.exitCode !== null) return resolve();
    child.on("exit", () => resolve());
    child.stdin?.end();
  });
}
