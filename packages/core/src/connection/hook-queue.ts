import type { Connection, Handler, Hooks } from "./connection.ts";
import { Inbox } from "./inbox.ts";
import type { CloseInfo } from "../wire/close.ts";
import { isThenable } from "../time/thenable.ts";

/** What a hook queue needs from its connection. */
export interface HookOwner {
  readonly handler: Handler<unknown>;
  /** See {@link Options.maxUnreadAmount}. */
  readonly maxUnreadAmount: number;
  /** A hook threw or rejected. */
  hookFailed(hook: keyof Hooks | "handler", cause: unknown): void;
}

/**
 * Runs the hooks of one connection, one at a time and in order, and keeps the messages that wait for them or for whoever
 * iterates the connection.
 */
export class HookQueue {
  readonly #connection: Connection<unknown>;
  readonly #owner: HookOwner;
  /** Made when something has to wait, which for most connections is never. */
  #inbox: Inbox | undefined;
  #iterated: boolean;
  #readers: ((result: IteratorResult<string, undefined>) => void)[] | undefined;
  #busy = false;
  #openPending = false;
  #closePending: CloseInfo | undefined;
  #closed = false;

  constructor(connection: Connection<unknown>, owner: HookOwner) {
    this.#connection = connection;
    this.#owner = owner;
    this.#iterated = typeof owner.handler === "function";
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
    this.#advance();
  }

  message(text: string): void {
    if (this.#hasMessageHook) {
      if (this.#busy || this.#openPending || this.#inbox?.isEmpty === false) {
        this.#ensureInbox().push(text);
        return;
      }
      this.#callMessage(text);
      this.#advance();
    } else if (this.#iterated) {
      const reader = this.#readers?.shift();
      if (reader === undefined) this.#ensureInbox().push(text);
      else reader({ done: false, value: text });
    }
  }

  drain(): void {
    const onFailure = (cause: unknown): void => this.#owner.hookFailed("drain", cause);
    try {
      const result: unknown = this.#hooks?.drain?.(this.#connection);
      if (isThenable(result)) result.then(undefined, onFailure);
    } catch (cause) {
      onFailure(cause);
    }
  }

  close(info: CloseInfo): void {
    this.#closed = true;
    this.#closePending = info;
    this.#inbox?.releaseWaiters();
    for (const reader of this.#readers ?? []) reader({ done: true, value: undefined });
    this.#readers = undefined;
    this.#advance();
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
    this.#iterated = true;
  }

  /** The next message, or the end once the connection has closed and all have been read. */
  read(): Promise<IteratorResult<string, undefined>> {
    if (this.#inbox?.isEmpty === false) {
      return Promise.resolve({ done: false, value: this.#inbox.take() });
    }
    if (this.#closed) return Promise.resolve({ done: true, value: undefined });
    return new Promise((resolve) => {
      this.#readers ??= [];
      this.#readers.push(resolve);
    });
  }

  get #hooks(): Hooks<unknown> | undefined {
    const { handler } = this.#owner;
    return typeof handler === "function" ? undefined : handler;
  }

  get #hasMessageHook(): boolean {
    return this.#hooks?.message !== undefined;
  }

  #ensureInbox(): Inbox {
    return (this.#inbox ??= new Inbox(this.#owner.maxUnreadAmount));
  }

  /** Runs what is due until a hook's promise has to be waited for. */
  #advance(): void {
    while (!this.#busy) {
      if (this.#openPending) {
        this.#openPending = false;
        this.#callOpen();
      } else if (this.#hasMessageHook && this.#inbox?.isEmpty === false) {
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
    const onFailure = (cause: unknown): void => this.#owner.hookFailed("handler", cause);
    try {
      const running = handler(this.#connection);
      if (isThenable(running)) running.then(undefined, onFailure);
    } catch (cause) {
      onFailure(cause);
    }
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
    result.then(
      () => {
        this.#busy = false;
        this.#advance();
      },
      (cause: unknown) => {
        this.#fail(hook, cause);
        this.#advance();
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
