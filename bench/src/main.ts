import { mkdirSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { compareCheckouts } from "./comparison/compare-checkouts.ts";
import { measureIdle } from "./measure-idle.ts";
import { measure } from "./measure.ts";
import { parseOptions, pickNames, USAGE, type BenchOptions } from "./options.ts";
import { renderGrowth } from "./report/growth.ts";
import { renderPlot } from "./report/plot.ts";
import { renderGroup } from "./report/table.ts";
import { writeReport } from "./report/write-report.ts";
import { groupRows } from "./report/format.ts";
import type { Row, Run } from "./results.ts";
import { SERVERS } from "./servers.ts";
import { describeMachine, toText, type Machine } from "./system/machine.ts";
import { readVersions } from "./system/runtimes.ts";
import { pinProcesses } from "./system/pin.ts";
import { summarizeProfiles } from "./system/profile.ts";
import { createWorkloads } from "./workloads.ts";
import { IDLE_WORKLOADS } from "./workloads/idle.ts";

await main(process.argv.slice(2));

async function main(args: readonly string[]): Promise<void> {
  const options = parseOptions(args);
  if (options.help) console.log(USAGE);
  else if (options.report.length > 0) writeReport(options.report);
  else if (options.against !== "") await compareCheckouts(options);
  else await bench(options);
}

async function bench(options: BenchOptions): Promise<void> {
  const workloads = createWorkloads(options.sessions);
  const picked = pickNames([...workloads, ...IDLE_WORKLOADS].map(nameOf), options.only);
  const pickedServers = pickNames(SERVERS.map(nameOf), options.servers);
  const servers = SERVERS.filter(({ name }) => pickedServers.has(name));
  const pin = options.pin ? pinProcesses() : [];
  const versions = readVersions(
    servers.map(({ runtime }) => runtime),
    options.runtimes,
  );
  const machine = describeMachine(versions, pin.length > 0);
  console.log(`${toText(machine)}\n`);

  const rows: Row[] = [];
  const add = (added: readonly Row[]): void => {
    rows.push(...added);
    for (const group of groupRows(added)) console.log(`${renderGroup(group)}\n`);
    writeResults(options.out, machine, rows);
  };

  for (const workload of workloads.filter(({ name }) => picked.has(name))) {
    for (const size of workload.sizes.filter((one) => one === 0 || wants(options, one))) {
      const profileFolder = options.profile
        ? resolve(options.out, "profiles", `${workload.name}-${size}`)
        : undefined;
      add(await measure(workload, size, servers, { ...options, pin, profileFolder }));
      if (profileFolder !== undefined) console.log(`${summarizeProfiles(profileFolder)}\n`);
    }
  }
  for (const line of renderGrowth(rows)) console.log(`${line}\n`);
  for (const workload of IDLE_WORKLOADS.filter(({ name }) => picked.has(name))) {
    add(await measureIdle(workload, servers, { ...options, pin, profileFolder: undefined }));
  }
}

/** Written anew after each workload, so that a run that is cut short leaves what it has. */
function writeResults(folder: string, machine: Machine, rows: readonly Row[]): void {
  mkdirSync(folder, { recursive: true });
  const results: Run = { machine, command: process.argv.slice(2).join(" "), rows };
  writeFileSync(join(folder, "results.json"), `${JSON.stringify(results, null, 2)}\n`);
  writeFileSync(join(folder, "results.svg"), renderPlot(rows, toText(machine)));
}

function nameOf({ name }: { readonly name: string }): string {
  return name;
}

function wants({ sizes }: BenchOptions, size: number): boolean {
  return sizes.length === 0 || sizes.includes(size);
}
