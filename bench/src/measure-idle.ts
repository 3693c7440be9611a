import { setTimeout as delay } from "node:timers/promises";
import type { MeasureOptions } from "./measure.ts";
import type { Row } from "./results.ts";
import type { Server } from "./servers.ts";
import { startServer, type ServerProcess } from "./system/server-process.ts";
import {
  cpuBetween,
  readResidentMemory,
  readUsage,
  readWakeUps,
  wakeUpsBetween,
} from "./system/usage.ts";
import type { IdleWorkload } from "./workloads/idle.ts";
import { openMany } from "./workloads/workload.ts";

export interface IdleOptions extends MeasureOptions {
  /** Sessions to open. */
  readonly idleSessions: number;
  /** How long they are watched; a heartbeat comes every 25 s. */
  readonly idleMs: number;
}

interface IdleFigures {
  readonly residentPerSession: number;
  readonly heapPerSession: number;
  readonly resident: number;
  readonly wakeUps: number;
  readonly cpu: number;
}

/** Sessions that are open and wait, and the bytes that they take. */
interface IdleSessions {
  readonly residentPerSession: number;
  readonly heapPerSession: number;
  /** What the whole server takes. */
  readonly resident: number;
  close(): void;
}

const FIGURES: readonly { key: keyof IdleFigures; unit: string; floor?: number }[] = [
  { key: "residentPerSession", unit: "KiB resident per session", floor: 1.25 },
  { key: "heapPerSession", unit: "KiB of heap per session" },
  { key: "resident", unit: "MiB resident for all" },
  { key: "wakeUps", unit: "wake-ups per second" },
  { key: "cpu", unit: "CPU ms per second" },
];

/** Opens many sessions in a server of their own, one server after the other, and watches what they take. */
export async function measureIdle(
  workload: IdleWorkload,
  servers: readonly Server[],
  options: IdleOptions,
): Promise<Row[]> {
  const rows: Row[] = [];
  for (const server of servers) {
    const process = await startServer(server, { ...options, mode: "idle" });
    const figures = await watchIdleSessions(workload, process, options);
    await process.stop();
    if (figures === undefined) continue;
    for (const { key, unit, floor } of FIGURES) {
      rows.push({
        workload: `${workload.name} ${key}`,
        title: `${workload.title} (${options.idleSessions})`,
        unit,
        size: 0,
        server: server.name,
        floor: server.floor,
        values: [figures[key]],
        target: floor === undefined ? {} : { floor },
      });
    }
  }
  return rows.toSorted((a, b) => order(a.workload) - order(b.workload));
}

async function watchIdleSessions(
  workload: IdleWorkload,
  server: ServerProcess,
  { idleSessions, idleMs }: IdleOptions,
): Promise<IdleFigures | undefined> {
  const sessions = await openIdleSessions(workload, server, idleSessions);
  if (sessions === undefined) return undefined;
  const usage = readUsage(server.pid);
  const wakeUps = readWakeUps(server.pid);
  await delay(idleMs);
  const cpu = cpuBetween(usage, readUsage(server.pid));
  const wokenUp = wakeUpsBetween(wakeUps, readWakeUps(server.pid));
  sessions.close();

  return {
    residentPerSession: sessions.residentPerSession / 1024,
    heapPerSession: sessions.heapPerSession / 1024,
    resident: sessions.resident / 1024 / 1024,
    wakeUps: (wokenUp * 1000) / idleMs,
    cpu: cpu / idleMs,
  };
}

/** Opens sessions and weighs them. Resolves to undefined where the server has no such thing. */
export async function openIdleSessions(
  workload: IdleWorkload,
  server: ServerProcess,
  count: number,
): Promise<IdleSessions | undefined> {
  const few = Math.ceil(count / 10); // the difference to them leaves out what a server takes once
  const sample = await workload.open(server);
  if (sample === undefined) return undefined;
  const first = await openMany(few, () => workload.open(server));
  const before = await readMemory(server);
  const rest = await openMany(count - few, () => workload.open(server));
  const after = await readMemory(server);
  return {
    residentPerSession: (after.resident - before.resident) / rest.length,
    heapPerSession: (after.heap - before.heap) / rest.length,
    resident: after.resident,
    close: () => {
      for (const close of [sample, ...first, ...rest]) close?.();
    },
  };
}

async function readMemory(server: ServerProcess): Promise<{ resident: number; heap: number }> {
  await delay(500); // closing handshakes and finalizers of the opening
  const { heapUsed, external } = await server.memory();
  return { resident: readResidentMemory(server.pid), heap: heapUsed + external };
}

function order(workload: string): number {
  return FIGURES.findIndex(({ key }) => workload.endsWith(` ${key}`));
}
