import { mkdirSync, writeFileSync } from "node:fs";
import { cpus, release } from "node:os";
import { join, resolve } from "node:path";
import { measureIdle } from "./measure-idle.ts";
import { measure, type MeasureOptions } from "./measure.ts";
import { parseOptions, pickNames, USAGE, type BenchOptions } from "./options.ts";
import { renderPlot } from "./report/plot.ts";
import { renderGroup } from "./report/table.ts";
import { groupRows } from "./report/format.ts";
import type { Row } from "./results.ts";
import { SERVERS } from "./servers.ts";
import { pinProcesses } from "./system/pin.ts";
import { summarizeProfiles } from "./system/profile.ts";
import { createWorkloads } from "./workloads.ts";
import { IDLE_WORKLOADS } from "./workloads/idle.ts";

await main(process.argv.slice(2));

async function main(args: readonly string[]): Promise<void> {
  const options = parseOptions(args);
  if (options.help) console.log(USAGE);
  else await bench(options);
}

async function bench(options: BenchOptions): Promise<void> {
  const workloads = createWorkloads(options.sessions);
  const serverNames = pickNames(
    SERVERS.map(({ name }) => name),
    options.servers,
  );
  const servers = SERVERS.filter(({ name }) => serverNames.has(name));
  const picked = pickNames(
    [...workloads, ...IDLE_WORKLOADS].map(({ name }) => name),
    options.only,
  );
  const pin = options.pin ? pinProcesses() : [];
  const machine = `${cpus()[0]?.model ?? "unknown CPU"}, ${cpus().length} cores, Linux ${release()}, Node ${process.version}`;
  const date = new Date().toISOString().slice(0, 10);
  const pinned = pin.length > 0 ? "driver and servers on a core each" : "not pinned";
  console.log(`${date}  ${machine}, ${pinned}\n`);

  const rows: Row[] = [];
  const show = (added: readonly Row[]): void => {
    rows.push(...added);
    for (const group of groupRows(added)) console.log(`${renderGroup(group, rows)}\n`);
  };

  for (const workload of workloads.filter(({ name }) => picked.has(name))) {
    for (const size of workload.sizes.filter((one) => one === 0 || wants(options, one))) {
      const folder = options.profile
        ? resolve(options.out, "profiles", `${workload.name}-${size}`)
        : undefined;
      show(await measure(workload, size, servers, toMeasureOptions(options, pin, folder)));
      if (folder !== undefined) console.log(`${summarizeProfiles(folder)}\n`);
    }
  }
  for (const workload of IDLE_WORKLOADS.filter(({ name }) => picked.has(name))) {
    const measureOptions = toMeasureOptions(options, pin, undefined);
    const { idleSessions, idleMs } = options;
    show(await measureIdle(workload, servers, { ...measureOptions, idleSessions, idleMs }));
  }

  mkdirSync(options.out, { recursive: true });
  const command = process.argv.slice(2).join(" ");
  writeFileSync(
    join(options.out, "results.json"),
    `${JSON.stringify({ date, machine, pinned, command, rows }, null, 2)}\n`,
  );
  writeFileSync(
    join(options.out, "results.svg"),
    renderPlot(rows, `${date}, ${machine}, ${pinned}`),
  );
}

function wants({ sizes }: BenchOptions, size: number): boolean {
  return sizes.length === 0 || sizes.includes(size);
}

function toMeasureOptions(
  { rounds, roundMs, warmUpMs, node }: BenchOptions,
  pin: readonly string[],
  profileFolder: string | undefined,
): MeasureOptions {
  return { rounds, roundMs, warmUpMs, node, pin, profileFolder };
}
