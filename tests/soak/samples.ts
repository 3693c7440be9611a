import type { SoakReport } from "../fixtures/soak-services.ts";
import { countSockets } from "../harness/process-state.ts";
import { collectorFlags, type Runtime } from "../harness/runtimes.ts";

/** What memory may be above what it was before: allocators keep some pages, compiled code grows for a while. */
const ALLOWED = { heapUsed: 5_000_000, rss: 40_000_000 } as const;

/** What a server process holds at one time. */
export interface Sample extends SoakReport {
  readonly label: string;
  readonly sockets: number;
}

/** What is printed above the rows. */
export const SAMPLE_HEADER: string =
  "| at | rss MB | heap MB | sockets | sessions | receivers | timers | opened | messages |\n" +
  "|---|---|---|---|---|---|---|---|---|";

/** What it takes to ask a runtime for a garbage collection and to read the memory. */
export function sampledFlags(runtime: Runtime): readonly string[] {
  const flags = collectorFlags(runtime);
  return runtime.name === "deno" ? [...flags, "--allow-sys", "--allow-env"] : flags;
}

/** Collects garbage in the server process, asks what it holds, and prints it as a row. */
export async function takeSample(
  server: { readonly port: number; readonly pid: number },
  label: string,
): Promise<Sample> {
  const sockets = countSockets(server.pid); // before the report, whose own connection is closed later than answered
  const taken = { label, sockets, ...(await readReport(server)) };
  console.log(toRow(taken));
  return taken;
}

/** What `/report` tells. */
export async function readReport({ port }: { readonly port: number }): Promise<SoakReport> {
  const headers = { Connection: "close" };
  const response = await fetch(`http://127.0.0.1:${port}/report`, { headers });
  return (await response.json()) as SoakReport; // written by soak-services.ts
}

/** What a process still holds that it did not hold before. */
export function compareSamples(before: Sample, after: Sample): string[] {
  const problems: string[] = [];
  for (const name of ["sessions", "receivers", "bufferedAmount", "topics", "sockets"] as const) {
    if (after[name] > before[name]) problems.push(`${name}: ${before[name]} → ${after[name]}`);
  }
  if ((after.timers ?? 0) > (before.timers ?? 0)) {
    problems.push(`timers: ${before.timers} → ${after.timers}`);
  }
  for (const name of ["heapUsed", "rss"] as const) {
    if (after[name] > before[name] + ALLOWED[name]) {
      problems.push(`${name}: ${toMegabytes(before[name])} → ${toMegabytes(after[name])} MB`);
    }
  }
  return problems;
}

/** Each failure of a visit once, with its count. */
export function summarize(failures: readonly string[]): string[] {
  const counts = new Map<string, number>();
  for (const failure of failures) counts.set(failure, (counts.get(failure) ?? 0) + 1);
  return [...counts].map(([failure, count]) => `${count} × ${failure}`);
}

function toRow(sample: Sample): string {
  const { label, rss, heapUsed, sockets, sessions, receivers, timers } = sample;
  const cells = [label, toMegabytes(rss), toMegabytes(heapUsed), sockets, sessions, receivers];
  return `| ${[...cells, timers ?? "–", sample.opened, sample.messagesReceived].join(" | ")} |`;
}

function toMegabytes(bytes: number): string {
  return (bytes / 1_000_000).toFixed(1);
}
