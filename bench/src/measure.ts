import { toBatches } from "./batches.ts";
import {
  closeCandidate,
  measureOnce,
  openCandidate,
  type Candidate,
  type LoadOptions,
} from "./candidate.ts";
import type { Row } from "./results.ts";
import type { Server } from "./servers.ts";
import { readConnectionLimit } from "./system/limits.ts";
import type { Workload } from "./workloads/workload.ts";

export interface MeasureOptions extends LoadOptions {
  /** How often each server is measured. */
  readonly rounds: number;
}

/**
 * Measures a workload on several servers at a message size: all at the same time, or as many as this process may have
 * connections to.
 */
export async function measure(
  workload: Workload,
  size: number,
  servers: readonly Server[],
  options: MeasureOptions,
): Promise<Row[]> {
  const atATime = Math.floor(readConnectionLimit() / (workload.connections ?? 1));
  const rows = new Map<string, Row>();
  for (const batch of toBatches(servers, atATime)) {
    for (const row of await takeTurns(workload, size, batch, options)) {
      if (!rows.has(row.server)) rows.set(row.server, row); // a floor's first figures, where it is in several batches
    }
  }
  return servers.flatMap(({ name }) => rows.get(name) ?? []);
}

/**
 * All servers are started and warmed up first; then they take turns, in one order and in the reverse, so that a machine that
 * slows down for a while slows all of them down.
 */
async function takeTurns(
  workload: Workload,
  size: number,
  servers: readonly Server[],
  options: MeasureOptions,
): Promise<Row[]> {
  const costs = new Map<Candidate, number[]>();
  for (const server of servers) {
    const candidate = await openCandidate(server, workload, size, options);
    if (candidate !== undefined) costs.set(candidate, []);
  }
  for (let round = 0; round < options.rounds; round += 1) {
    const turns = round % 2 === 0 ? [...costs] : [...costs].toReversed();
    for (const [candidate, values] of turns) {
      values.push((await measureOnce(candidate, options)).cost);
    }
  }
  for (const candidate of costs.keys()) await closeCandidate(candidate);
  return [...costs].map(
    ([
      {
        process: { server },
        driverCost,
      },
      values,
    ]) => ({
      workload: workload.name,
      title: workload.title,
      unit: costUnitOf(workload),
      size,
      server: server.name,
      floor: server.floor,
      values,
      driverCost,
      target: workload.targets[server.runtime],
    }),
  );
}

/** What the figures of a workload count. */
export function costUnitOf({ unit }: Workload): string {
  return `CPU µs per ${unit}`;
}
