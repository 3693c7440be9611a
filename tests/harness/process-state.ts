import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import type { ProcessStats } from "../fixtures/stats-service.ts";
import { eventually, EVENT_DEADLINE_MS } from "./deadline.ts";
import type { FixtureServer } from "./fixture-server.ts";
import { request } from "./request.ts";

/** What a server process holds that a client can make it hold. */
export interface ProcessState extends ProcessStats {
  /** Sockets, listening one included. */
  readonly sockets: number;
}

/** Reads what a server with `/stats` holds now. */
export async function readProcessState(server: FixtureServer): Promise<ProcessState> {
  const answer = await request(server.port, "/stats");
  const sockets = countSockets(server.pid);
  // Written by the fixture's `/stats`.
  return { ...(JSON.parse(answer.body) as ProcessStats), sockets };
}

/** What a process holds of the machine's memory now, and the most it has held since it began, in bytes. */
export function readMemory(pid: number): {
  readonly residentBytes: number;
  readonly peakBytes: number;
} {
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  const read = (name: string): number =>
    1024 * Number(new RegExp(`^${name}:\\s+(\\d+) kB`, "m").exec(status)?.[1]);
  return { residentBytes: read("VmRSS"), peakBytes: read("VmHWM") };
}

/** Waits until the process holds no more than it did before. Rejects with what it still holds. */
export async function settlesTo(
  server: FixtureServer,
  before: ProcessState,
  deadlineMs = EVENT_DEADLINE_MS,
): Promise<void> {
  let now = before;
  await eventually(
    async () => {
      now = await readProcessState(server);
      return holdsMore(now, before) ? undefined : true;
    },
    deadlineMs,
    "the server holding no more than before",
  ).catch((cause: unknown) => {
    throw new Error(`It holds ${JSON.stringify(now)}, before ${JSON.stringify(before)}`, { cause });
  });
}

function holdsMore(now: ProcessState, before: ProcessState): boolean {
  const counts = ["sessions", "open", "receivers", "bufferedAmount", "topics", "sockets"] as const;
  if (counts.some((name) => now[name] > before[name])) return true;
  return Object.entries(now.resources).some(
    ([name, count]) => RESOURCES.has(name) && count > (before.resources[name] ?? 0),
  );
}

/** Those that a client's doing can leave behind. */
const RESOURCES: ReadonlySet<string> = new Set(["Timeout", "Immediate", "TCPSocketWrap"]);

/** Sockets that a process has open. */
export function countSockets(pid: number): number {
  const folder = `/proc/${pid}/fd`;
  return readdirSync(folder).filter((name) => linkOf(`${folder}/${name}`).startsWith("socket:"))
    .length;
}

function linkOf(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return ""; // closed meanwhile
  }
}
