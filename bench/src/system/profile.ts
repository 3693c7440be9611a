import { existsSync, readdirSync, readFileSync } from "node:fs";
import { SourceMap } from "node:module";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";

/** The part of V8's `.cpuprofile` format that is read here. */
interface CpuProfile {
  readonly nodes: readonly ProfileNode[];
  readonly samples: readonly number[];
  readonly timeDeltas: readonly number[];
}

interface ProfileNode {
  readonly id: number;
  readonly callFrame: {
    readonly functionName: string;
    readonly url: string;
    readonly lineNumber: number;
    readonly columnNumber: number;
  };
  readonly children?: readonly number[];
}

const TOP = 15;
/** The share of a profile that is left out: start, opening, first compilation. */
const START_SHARE = 0.2;
const IDLE = "(idle)";

/** Names, for every profile in a folder, where the busy time went. */
export function summarizeProfiles(folder: string): string {
  const files = readdirSync(folder).filter((name) => name.endsWith(".cpuprofile"));
  return files.map((file) => `${file}\n${summarizeProfile(join(folder, file))}`).join("\n\n");
}

/**
 * Two lists in percent of the busy time. By owner: who spent it himself. By our function: what a function of the packages
 * spent itself, and with everything it called that is not a function of the packages.
 */
function summarizeProfile(path: string): string {
  const profile = JSON.parse(readFileSync(path, "utf8")) as CpuProfile; // written by Node
  const selfTimes = new Map<number, number>();
  profile.samples.forEach((id, index) => {
    if (index < profile.samples.length * START_SHARE) return;
    selfTimes.set(id, (selfTimes.get(id) ?? 0) + (profile.timeDeltas[index] ?? 0));
  });
  const nodes = new Map(profile.nodes.map((node) => [node.id, node]));
  const byOwner = new Map<string, number>();
  const bySelf = new Map<string, number>();
  const byCaller = new Map<string, number>();
  let busy = 0;

  const visit = (node: ProfileNode, caller: string): void => {
    const time = selfTimes.get(node.id) ?? 0;
    const owner = ownerOf(node);
    const place = owner === "ours" ? placeOf(node) : caller;
    if (node.callFrame.functionName !== IDLE) {
      busy += time;
      add(byOwner, owner, time);
      if (owner === "ours") add(bySelf, place, time);
      add(byCaller, place, time);
    }
    for (const id of node.children ?? []) {
      const child = nodes.get(id);
      if (child !== undefined) visit(child, place);
    }
  };
  const [root] = profile.nodes;
  if (root !== undefined) visit(root, "called by no function of ours");

  const percent = (time: number): string => `${((time / busy) * 100).toFixed(1).padStart(6)} %`;
  const owners = ranked(byOwner).map(([owner, time]) => `${percent(time)}  ${owner}`);
  const callers = ranked(byCaller).map(
    ([place, time]) =>
      `${percent(time)}  itself ${percent(bySelf.get(place) ?? 0)
        .trim()
        .padStart(6)}  ${place}`,
  );
  return [...owners, "  by our function", ...callers.slice(0, TOP)].join("\n");
}

function add(times: Map<string, number>, key: string, time: number): void {
  times.set(key, (times.get(key) ?? 0) + time);
}

function ranked(times: ReadonlyMap<string, number>): [string, number][] {
  return [...times].toSorted(([, a], [, b]) => b - a);
}

function ownerOf({ callFrame: { url, functionName } }: ProfileNode): string {
  const dependency = /.*\/node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(url)?.[1];
  if (dependency !== undefined) return dependency;
  if (url.includes("/packages/")) return "ours";
  if (url.includes("/bench/")) return "the bench's server file";
  if (/^(node|ext|bun|builtin):/.test(url)) return "the runtime's JavaScript";
  return functionName.startsWith("(garbage") ? "garbage collection" : "native code and the system";
}

function placeOf({
  callFrame: { functionName, url, lineNumber, columnNumber },
}: ProfileNode): string {
  const path = fileURLToPath(url);
  const name = functionName === "" ? "(anonymous)" : functionName;
  if (existsSync(`${path}.map`)) {
    const map = new SourceMap(JSON.parse(readFileSync(`${path}.map`, "utf8")));
    const entry = map.findEntry(lineNumber, columnNumber);
    if ("originalLine" in entry) {
      const source = relative(process.cwd(), join(path, "..", entry.originalSource));
      return `${name}  ${source}:${entry.originalLine + 1}`;
    }
  }
  return `${name}  ${relative(process.cwd(), path)}:${lineNumber + 1}`;
}
