import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { pickNames, type BenchOptions } from "../options.ts";
import { renderComparisons } from "../report/comparison.ts";
import { SERVERS, serversOf } from "../servers.ts";
import { describeMachine, toText } from "../system/machine.ts";
import { pinProcesses } from "../system/pin.ts";
import { readVersions } from "../system/runtimes.ts";
import { createWorkloads } from "../workloads.ts";
import { IDLE_WORKLOADS } from "../workloads/idle.ts";
import { compareIdle } from "./compare-idle.ts";
import { compare, type ServerPair } from "./compare.ts";
import type { Comparison } from "./comparison.ts";

/** Measures sockjs-fetch as another checkout has built it (A) and as this one has (B), in alternation. */
export async function compareCheckouts(options: BenchOptions): Promise<void> {
  const workloads = createWorkloads(options.sessions);
  const picked = pickNames(
    [...workloads, ...IDLE_WORKLOADS].map(({ name }) => name),
    options.only,
  );
  const pairs = pairServers(options);
  const pin = options.pin ? pinProcesses() : [];
  const measuring = { ...options, pin, profileFolder: undefined };
  const versions = readVersions(
    pairs.map(({ after }) => after.runtime),
    options.runtimes,
  );
  const machine = describeMachine(versions, pin.length > 0);
  console.log(`${toText(machine)}\nA: ${resolve(options.against)}, B: ${process.cwd()}\n`);

  const comparisons: Comparison[] = [];
  const add = (added: readonly Comparison[]): void => {
    comparisons.push(...added);
    if (added.length > 0) console.log(`${renderComparisons(added)}\n`);
    mkdirSync(options.out, { recursive: true });
    const results = { machine, command: process.argv.slice(2).join(" "), comparisons };
    writeFileSync(join(options.out, "comparison.json"), `${JSON.stringify(results, null, 2)}\n`);
  };

  for (const workload of workloads.filter(({ name }) => picked.has(name))) {
    for (const size of workload.sizes) {
      if (options.sizes.length > 0 && size !== 0 && !options.sizes.includes(size)) continue;
      const group: Comparison[] = [];
      for (const pair of pairs) {
        const comparison = await compare(workload, size, pair, measuring);
        if (comparison !== undefined) group.push(comparison);
      }
      add(group);
    }
  }
  for (const workload of IDLE_WORKLOADS.filter(({ name }) => picked.has(name))) {
    const all: Comparison[] = [];
    for (const pair of pairs) all.push(...(await compareIdle(workload, pair, measuring)));
    for (const unit of new Set(all.map((one) => one.unit))) {
      add(all.filter((one) => one.unit === unit));
    }
  }
}

/** The picked servers of ours in the two checkouts. Throws a TypeError when the other one is not built. */
function pairServers({ against, servers }: BenchOptions): readonly ServerPair[] {
  const checkout = resolve(against);
  if (!existsSync(join(checkout, "bench/dist/servers"))) {
    throw new TypeError(`Cannot compare with "${checkout}": it is no built checkout (npx tsc -b)`);
  }
  const ours = SERVERS.filter(({ name }) => name.startsWith("ours-"));
  const picked = pickNames(
    ours.map(({ name }) => name),
    servers,
  );
  const others = serversOf(checkout);
  return ours.flatMap((after) => {
    const before = others.find(({ name }) => name === after.name);
    return before !== undefined && picked.has(after.name) ? [{ before, after }] : [];
  });
}
