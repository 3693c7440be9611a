import { median, type Row } from "../results.ts";

/** How the cost of a message changes from few sessions to many, on one server. */
interface Growth {
  /** The workload without its number of sessions. */
  readonly workload: string;
  readonly server: string;
  readonly few: number;
  readonly many: number;
  /** In percent of the cost with few. */
  readonly change: number;
}

/** The project asks that 10 000 sessions make a message cost less than this many percent more than 100. */
const LARGEST_GROWTH = 10;

const NAME = /^(.+)-among-(\d+)$/;

/** Compares the rows of workloads that differ in nothing but the sessions that are open beside them. */
function toGrowth(rows: readonly Row[]): readonly Growth[] {
  return rows.flatMap((row) => {
    const [, workload, many] = NAME.exec(row.workload) ?? [];
    if (workload === undefined || many === undefined) return [];
    const fewer = rows.filter(({ workload: name, server, size }) => {
      const [, base, count] = NAME.exec(name) ?? [];
      const isSame = base === workload && server === row.server && size === row.size;
      return isSame && Number(count) < Number(many);
    });
    return fewer.map((few) => ({
      workload,
      server: row.server,
      few: Number(NAME.exec(few.workload)?.[2]),
      many: Number(many),
      change: (median(row.values) / median(few.values) - 1) * 100,
    }));
  });
}

/** One line for each comparison. */
export function renderGrowth(rows: readonly Row[]): readonly string[] {
  return toGrowth(rows).map(({ workload, server, few, many, change }) => {
    const verdict =
      !server.startsWith("ours-") || change < LARGEST_GROWTH
        ? ""
        : `, misses < ${LARGEST_GROWTH} %`;
    return `${workload}, ${few} → ${many} sessions, ${server}: ${change < 0 ? "" : "+"}${change.toFixed(1)} %${verdict}`;
  });
}
