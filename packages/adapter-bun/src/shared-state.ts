import type { BunServer } from "./bun.ts";

/** What every copy of this module in a process shares: `--hot` loads it anew, and a dependency may bring another one. */
export interface SharedState {
  /** Servers of `Bun.serve` as we have wrapped it: their WebSockets reach us. */
  readonly servers: WeakSet<BunServer>;
  /** Whether handlers have been given to the application, so that WebSockets of any server may reach us. */
  handlersGiven: boolean;
  /** The largest WebSocket message that any SockJS server takes, in bytes. */
  maxPayload: number;
}

const SHARED: unique symbol = Symbol.for("sockjs-fetch.bun") as never;

/** The state of this process. */
export function sharedState(): SharedState {
  const scope = globalThis as typeof globalThis & { [SHARED]?: SharedState };
  return (scope[SHARED] ??= { servers: new WeakSet(), handlersGiven: false, maxPayload: 0 });
}
