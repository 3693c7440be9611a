import type { Hooks } from "./connection.ts";

/** What of an application may run for longer: a hook, or a function that handles a connection. */
export type HookName = keyof Hooks | "handler";

/**
 * How much of the application of one server is under way: hooks and functions whose promises have not settled, and
 * connections whose reader has a message to work on.
 */
export class RunningHooks {
  readonly #counts: Record<HookName, number> = {
    open: 0,
    message: 0,
    drain: 0,
    close: 0,
    handler: 0,
  };
  #busyReaders = 0;
  #waiters: { readonly isOver: () => boolean; readonly resolve: () => void }[] = [];

  /** A hook has returned a promise. */
  began(hook: HookName): void {
    this.#counts[hook]++;
  }

  /** That promise has settled, and what waited for it has begun. */
  ended(hook: HookName): void {
    this.#counts[hook]--;
    this.#look();
  }

  /** A connection that is read by iterating has a message, or its reader works on one. */
  readerBegan(): void {
    this.#busyReaders++;
  }

  /** It waits for the next message, or is read no more. */
  readerEnded(): void {
    this.#busyReaders--;
    this.#look();
  }

  /** Resolves once every message that has been taken from a browser has been worked on. */
  whenHandled(): Promise<void> {
    const counts = this.#counts;
    return this.#when(() => counts.open + counts.message + counts.drain + this.#busyReaders === 0);
  }

  /** Resolves once nothing runs any more. */
  whenOver(): Promise<void> {
    return this.#when(() => this.running().length === 0);
  }

  /** What runs, and how often. */
  running(): readonly (readonly [hook: HookName, count: number])[] {
    return HOOK_NAMES.map((hook) => [hook, this.#counts[hook]] as const).filter(
      ([, count]) => count > 0,
    );
  }

  #when(isOver: () => boolean): Promise<void> {
    if (isOver()) return Promise.resolve();
    return new Promise((resolve) => this.#waiters.push({ isOver, resolve }));
  }

  #look(): void {
    if (this.#waiters.length === 0) return;
    const over = this.#waiters.filter(({ isOver }) => isOver());
    this.#waiters = this.#waiters.filter((waiter) => !over.includes(waiter));
    for (const { resolve } of over) resolve();
  }
}

const HOOK_NAMES: readonly HookName[] = ["open", "message", "drain", "close", "handler"];
