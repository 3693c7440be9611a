import type { Task, TaskTurns } from "../time/task-turns.ts";
import type { Connection, Handler, Hooks } from "./connection.ts";
import { Inbox } from "./inbox.ts";
import type { CloseInfo } from "../wire/close.ts";
import { isThenable } from "../time/thenable.ts";
import type { HookName, RunningHooks } from "./running-hooks.ts";

/** Whether a connection is read by iterating; `busy` while its reader has a message to work on, or more wait for it. */
type Reading = "never" | "idle" | "busy" | "over";

/** What a hook queue needs from its connection. */
export interface HookOwner {
  /** Whose turn it is among all connections of the server. */
  readonly turns: TaskTurns;
  /** What runs in the whole server. */
  readonly running: RunningHooks;
  readonly handler: Handler<unknown>;
  /** See {@link Options.maxUnreadAmount}. */
  readonly maxUnreadAmount: number;
  /** A hook threw or rejected. */
  hookFailed(hook: HookName, cause: unknown): void;
}

/**
 * Runs the hooks of one connection, one at a time, in order and never inside a hook of another connection, and keeps the
 * messages that wait for them or for whoever iterates the connection.
 */
export class HookQueue implements Task {
  readonly #connection: Connection<unknown>;
  readonly #owner: HookOwner;
  /** Made when something has to wait, which for most connections is never. */
  #inbox: Inbox | undefined;
  #reading: Reading;
  #readers: ((result: IteratorResult<string, undefined>) => void)[] | undefined;
  #busy = false;
  #openPending = false;
  #drainPending = false;
  #closePending: CloseInfo | undefined;
  #closed = false;

  constructor(connection: Connection<unknown>, owner: HookOwner) {
    this.#connection = connection;
    this.#owner = owner;
    this.#reading = typeof owner.handler === "function" ? "idle" : "never";
  }

  /** Whether more waits than the application's limit allows. */
  get isFull(): boolean {
    return this.#inbox?.isFull === true;
  }

  /** Resolves once less waits than the limit, or the connection has closed. */
  whenRoom(): Promise<void> {
    return this.#ensureInbox().whenRoom();
  }

  open(): void {
    this.#openPending = true;
    this.#owner.turns.run(this);
  }

  message(text: string): void {
    if (this.#hasMessageHook) {
      const { turns } = this.#owner;
      const isFirst = !this.#busy && !this.#openPending && this.#inbox?.isEmpty !== false;
      if (!isFirst || !turns.enter()) {
        this.#ensureInbox().push(text);
        if (!this.#busy) turns.run(this);
        return;
      }
      this.#callMessage(text);
      this.run();
      turns.leave();
    } else if (this.#reading !== "never") {
      const reader = this.#readers?.shift();
      if (reader === undefined) this.#ensureInbox().push(text);
      else reader({ done: false, value: text });
      if (this.#reading === "idle") this.#setReading("busy");
    }
  }

  /** Its hook does not wait for a hook of this connection that has returned a promise. */
  drain(): void {
    this.#drainPending = true;
    this.#owner.turns.run(this);
  }

  close(info: CloseInfo): void {
    this.#closed = true;
    this.#closePending = info;
    this.#drainPending = false;
    this.#inbox?.releaseWaiters();
    for (const reader of this.#readers ?? []) reader({ done: true, value: undefined });
    this.#readers = undefined;
    if (this.#reading !== "never") this.#setReading("over");
    this.#owner.turns.run(this);
  }

  /**
   * Makes the connection's messages wait to be read.
   *
   * @throws {TypeError} when a message hook takes them.
   */
  startReading(): void {
    if (this.#hasMessageHook) {
      throw new TypeError("Cannot iterate connection: its handler has a message hook");
    }
    if (!this.#closed) this.#setReading(this.#inbox?.isEmpty === false ? "busy" : "idle");
  }

  /** Whoever has read reads no more, or has not done so at all: what waits is nobody's work. */
  stopReading(): Promise<IteratorResult<string, undefined>> {
    if (this.#reading !== "never") this.#setReading("over");
    return Promise.resolve({ done: true, value: undefined });
  }

  /** The next message, or the end once the connection has closed and all have been read. */
  read(): Promise<IteratorResult<string, undefined>> {
    if (this.#inbox?.isEmpty === false) {
      return Promise.resolve({ done: false, value: this.#inbox.take() });
    }
    if (this.#closed) return Promise.resolve({ done: true, value: undefined });
    this.#setReading("idle");
    return new Promise((resolve) => {
      this.#readers ??= [];
      this.#readers.push(resolve);
    });
  }

  #setReading(reading: Reading): void {
    const wasBusy = this.#reading === "busy";
    this.#reading = reading;
    if (wasBusy === (reading === "busy")) return;
    if (wasBusy) this.#owner.running.readerEnded();
    else this.#owner.running.readerBegan();
  }

  get #hooks(): Hooks<unknown> | undefined {
    const { handler } = this.#owner;
    return typeof handler === "function" ? undefined : handler;
  }

  get #hasMessageHook(): boolean {
    try {
      return this.#hooks?.message !== undefined;
    } catch {
      return true; // a getter that throws is found out, and reported, when the hook is called
    }
  }

  #ensureInbox(): Inbox {
    return (this.#inbox ??= new Inbox(this.#owner.maxUnreadAmount));
  }

  /** Runs what is due until a hook's promise has to be waited for. Called in this queue's turn. */
  run(): void {
    for (;;) {
      if (this.#drainPending && !this.#openPending) {
        this.#drainPending = false;
        this.#callDrain();
      } else if (this.#busy) {
        return;
      } else if (this.#openPending) {
        this.#openPending = false;
        this.#callOpen();
      } else if (this.#inbox?.isEmpty === false && this.#hasMessageHook) {
        this.#callMessage(this.#inbox.take());
      } else if (this.#closePending !== undefined) {
        const info = this.#closePending;
        this.#closePending = undefined;
        this.#callClose(info);
      } else {
        return;
      }
    }
  }

  #callOpen(): void {
    const { handler } = this.#owner;
    if (typeof handler !== "function") {
      this.#call("open", () => handler.open?.(this.#connection));
      return;
    }
    // The function runs as long as the connection; its messages do not wait for it to end.
    this.#callBeside("handler", () => handler(this.#connection));
  }

  #callDrain(): void {
    this.#callBeside("drain", () => this.#hooks?.drain?.(this.#connection));
  }

  /** Calls what other hooks do not wait for. */
  #callBeside(hook: "drain" | "handler", call: () => void | Promise<void>): void {
    try {
      const result: unknown = call();
      if (!isThenable(result)) {
        this.#returned(hook);
        return;
      }
      this.#owner.running.began(hook);
      Promise.resolve(result).then(
        () => this.#settled(hook),
        (cause: unknown) => {
          this.#owner.hookFailed(hook, cause);
          this.#settled(hook);
        },
      );
    } catch (cause) {
      this.#owner.hookFailed(hook, cause);
    }
  }

  #settled(hook: "drain" | "handler"): void {
    this.#returned(hook);
    this.#owner.running.ended(hook);
  }

  /** A function that has ended and has not read leaves nobody to read; one that has may have left a loop behind. */
  #returned(hook: "drain" | "handler"): void {
    if (hook === "handler" && this.#readers === undefined) void this.stopReading();
  }

  /** As `#call`, without a closure for each message. */
  #callMessage(text: string): void {
    this.#busy = true; // a hook that closes its connection must not have `close` run inside it
    try {
      const result = this.#hooks?.message?.(this.#connection, text);
      if (isThenable(result)) this.#await("message", result);
      else this.#busy = false;
    } catch (cause) {
      this.#fail("message", cause);
    }
  }

  #callClose(info: CloseInfo): void {
    this.#call("close", () => this.#hooks?.close?.(this.#connection, info));
  }

  #call(hook: keyof Hooks, run: () => void | Promise<void>): void {
    this.#busy = true;
    try {
      const result = run();
      if (isThenable(result)) this.#await(hook, result);
      else this.#busy = false;
    } catch (cause) {
      this.#fail(hook, cause);
    }
  }

  #await(hook: keyof Hooks, result: PromiseLike<unknown>): void {
    const { running, turns } = this.#owner;
    running.began(hook);
    // Made a promise of the engine's own, which settles once: others need not keep the rules.
    Promise.resolve(result).then(
      () => {
        this.#busy = false;
        turns.run(this);
        running.ended(hook); // after the next has begun, so that it never looks as if all were done
      },
      (cause: unknown) => {
        this.#fail(hook, cause);
        turns.run(this);
        running.ended(hook);
      },
    );
  }

  /** The connection closes, so messages that wait are not handed to an application that has failed. */
  #fail(hook: keyof Hooks, cause: unknown): void {
    this.#busy = false;
    while (this.#inbox?.isEmpty === false) this.#inbox.take();
    this.#owner.hookFailed(hook, cause);
  }
}
