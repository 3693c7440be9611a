import {
  closeCandidate,
  measureOnce,
  openCandidate,
  type Candidate,
  type LoadOptions,
} from "../candidate.ts";
import { costUnitOf } from "../measure.ts";
import type { Server } from "../servers.ts";
import type { Workload } from "../workloads/workload.ts";
import { orderOf, type Comparison, type Role } from "./comparison.ts";

export interface CompareOptions extends LoadOptions {
  readonly pairs: number;
}

/** The same server in the two checkouts. */
export interface ServerPair {
  /** A: the checkout that is compared with. */
  readonly before: Server;
  /** B: this checkout. */
  readonly after: Server;
}

/** Two processes of the same program may differ for as long as they live, by what their engines compiled when: so each is started anew. */
const PAIRS_PER_START = 5;

/** Measures a workload in three processes that take turns. Resolves to undefined where the server has no such thing. */
export async function compare(
  workload: Workload,
  size: number,
  pair: ServerPair,
  options: CompareOptions,
): Promise<Comparison | undefined> {
  const figures: Record<Role, number[]> = { A: [], "A′": [], B: [] };
  const busy: number[] = [];
  let driverCost = 0;
  let candidates = new Map<Role, Candidate>();
  for (let round = 0; round < options.pairs; round += 1) {
    if (round % PAIRS_PER_START === 0) {
      await closeAll(candidates);
      candidates = await openAll(workload, size, pair, options, orderOf(round / PAIRS_PER_START));
      if (candidates.size === 0) return undefined;
      driverCost = candidates.get("B")?.driverCost ?? 0;
    }
    for (const role of orderOf(round)) {
      const candidate = candidates.get(role);
      if (candidate === undefined) continue;
      const measured = await measureOnce(candidate, options);
      figures[role].push(measured.cost);
      if (role === "B") busy.push(measured.busy);
    }
  }
  await closeAll(candidates);
  const { name, title } = workload;
  const unit = costUnitOf(workload);
  return { workload: name, title, unit, size, server: pair.after.name, figures, busy, driverCost };
}

/** The server of a pair that has a role. */
export function serverOf({ before, after }: ServerPair, role: Role): Server {
  return role === "B" ? after : before;
}

async function openAll(
  workload: Workload,
  size: number,
  pair: ServerPair,
  options: CompareOptions,
  order: readonly Role[],
): Promise<Map<Role, Candidate>> {
  const candidates = new Map<Role, Candidate>();
  for (const role of order) {
    const candidate = await openCandidate(serverOf(pair, role), workload, size, options);
    if (candidate !== undefined) candidates.set(role, candidate);
  }
  return candidates;
}

async function closeAll(candidates: ReadonlyMap<Role, Candidate>): Promise<void> {
  for (const candidate of candidates.values()) await closeCandidate(candidate);
}
