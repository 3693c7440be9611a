import type { IdleWorkload } from "./idle.ts";
import { openMany, type OpenLoad } from "./workload.ts";

/** A load while other sessions are open and wait: one less than `sessionCount`, so that it is exact for one at work. */
export function among(sessionCount: number, idle: IdleWorkload, openLoad: OpenLoad): OpenLoad {
  return async (server, message) => {
    const others = await openMany(sessionCount - 1, () => idle.open(server));
    const load = await openLoad(server, message);
    const close = (): void => {
      load?.close();
      for (const closeOther of others) closeOther?.();
    };
    return load === undefined ? undefined : { ...load, close };
  };
}
