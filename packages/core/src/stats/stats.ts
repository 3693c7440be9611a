import type { OutboundMessage } from "../wire/outbound-message.ts";
import type { TransportName } from "../transports/transport.ts";

/** What a server has done and holds, at one moment. */
export interface Stats extends Totals {
  /** Open connections, by the transport that opened them; those with none are left out. */
  readonly connections: Readonly<Partial<Record<TransportName, number>>>;
  /** Open connections in all. */
  readonly open: number;
  /** Sessions held, those included that wait to be forgotten. */
  readonly sessions: number;
  /** Sessions with a receiver: a response or a WebSocket they may write to now. */
  readonly receivers: number;
  /** Connections opened since the server was made. */
  readonly opened: number;
  /**
   * Connections closed since then, by close code. Codes that a browser has chosen, other than 1000, 1001, 1005 and 1006, count
   * as `other`.
   */
  readonly closed: Readonly<Record<string, number>>;
  /** The totals' growth per second over the last ten seconds. */
  readonly rates: Totals;
  /** Bytes sent by the application and not yet handed to the runtime, over all connections. */
  readonly bufferedAmount: number;
  /** Topics that have a subscriber. */
  readonly topics: number;
  /** Channels open on multiplexed connections. */
  readonly channels: number;
}

/** What has passed through a server since it was made. */
export interface Totals {
  /** Messages that came from browsers. */
  readonly messagesReceived: number;
  /** Messages the application sent; one to many counts for each. */
  readonly messagesSent: number;
  /** Length of the messages that came, in UTF-16 code units: their bytes are not counted again once decoded. */
  readonly charactersReceived: number;
  /** Bytes of the messages sent, as UTF-8, without framing. */
  readonly bytesSent: number;
}

const WINDOW_MS = 10_000;
const SAMPLE_MS = 1000;

/** Counts what passes through a server, and remembers the totals of the last seconds. */
export class Counters implements Totals {
  opened = 0;
  messagesReceived = 0;
  messagesSent = 0;
  charactersReceived = 0;
  bytesSent = 0;
  readonly closed: Map<number | "other", number> = new Map();
  #samples: (Totals & { readonly atMs: number })[] = [];

  constructor() {
    this.#sample(performance.now());
  }

  received(messages: readonly string[]): void {
    this.tick();
    this.messagesReceived += messages.length;
    for (const message of messages) this.charactersReceived += message.length;
  }

  sent(message: OutboundMessage): void {
    this.messagesSent++;
    this.bytesSent += message.byteLength;
  }

  closedWith(code: number | "other"): void {
    this.closed.set(code, (this.closed.get(code) ?? 0) + 1);
  }

  /** To be called before something is counted: keeps a sample a second for as long as is needed. */
  tick(): void {
    const nowMs = performance.now();
    const last = this.#samples.at(-1);
    if (last === undefined || nowMs - last.atMs >= SAMPLE_MS) this.#sample(nowMs);
  }

  /** Growth per second over the last ten seconds, or since the start if that is later. */
  rates(): Totals {
    const nowMs = performance.now();
    const startMs = Math.max(this.#samples[0]?.atMs ?? nowMs, nowMs - WINDOW_MS);
    const since = this.#totalsAt(startMs);
    const seconds = Math.max(SAMPLE_MS, nowMs - startMs) / 1000;
    return {
      messagesReceived: (this.messagesReceived - since.messagesReceived) / seconds,
      messagesSent: (this.messagesSent - since.messagesSent) / seconds,
      charactersReceived: (this.charactersReceived - since.charactersReceived) / seconds,
      bytesSent: (this.bytesSent - since.bytesSent) / seconds,
    };
  }

  /** The totals at a time, to the second. */
  #totalsAt(timeMs: number): Totals {
    const index = this.#samples.findLastIndex(({ atMs }) => atMs <= timeMs);
    const sample = this.#samples[index];
    if (sample !== undefined && timeMs < sample.atMs + SAMPLE_MS) return sample;
    return this.#samples[index + 1] ?? this; // nothing was counted between the sample's second and the next sample
  }

  #sample(atMs: number): void {
    const { messagesReceived, messagesSent, charactersReceived, bytesSent } = this;
    this.#samples.push({ atMs, messagesReceived, messagesSent, charactersReceived, bytesSent });
    // One sample from before the window is enough.
    const first = this.#samples.findLastIndex((sample) => sample.atMs <= atMs - WINDOW_MS);
    if (first > 0) this.#samples.splice(0, first);
  }
}
