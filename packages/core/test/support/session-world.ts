import { expect } from "vitest";
import type { Connection } from "../../src/connection/connection.ts";
import { type Incoming, type Reply, INNER } from "../../src/seam/exchange.ts";
import type { Options } from "../../src/options/options.ts";
import { createServer } from "../../src/server.ts";
import type { CloseInfo } from "../../src/wire/close.ts";
import type { SocketListener } from "../../src/seam/socket.ts";
import { transferMs } from "../../src/session/progress.ts";
import { createIncoming, textOf } from "./incoming.ts";
import { ModelSink, type Reading } from "./model-sink.ts";
import { ChannelModel, type ConnectionRecord } from "./session-model.ts";
import { WIRE_FORMS, type Segment, type WireForm } from "./wire-form.ts";

/** Options of the server in the model: small enough for every limit to be met. */
export const MODEL_OPTIONS = {
  responseLimit: 1000,
  heartbeatDelay: 25_000,
  disconnectDelay: 5000,
  pongTimeout: 10_000,
  maxBufferedAmount: 2_000_000,
  maxSessions: 20,
} as const satisfies Options;

/** When a delay is over at the latest: it takes up to a hundredth longer, and the model's own turns take milliseconds. */
function latest(delayMs: number): number {
  return delayMs * 1.01 + 5;
}

/** A second receiver is refused once the first has had so long to be noticed as gone. */
export const ABORT_GRACE_MS = 101;

const HANDSHAKE = {
  upgrade: "websocket",
  connection: "Upgrade",
  "sec-websocket-key": "dGhlIHNhbXBsZSBub25jZQ==",
  "sec-websocket-version": "13",
};

/** A server, the browsers on one session URL and on WebSockets, and a model that judges every frame and every hook call. */
export class SessionWorld {
  readonly sinks: ModelSink[] = [];
  readonly records: ConnectionRecord[] = [];
  readonly server = createServer(
    {
      open: (connection) => this.#judge(() => this.#opened(connection)),
      message: (connection, text) => {
        this.#judge(() => this.#received(connection, text));
        if (text.endsWith(" throw")) throw new Error("asked");
      },
      close: (connection, info) => this.#judge(() => this.#closed(connection, info)),
      drain: (connection) =>
        this.#judge(() => expect(connection.bufferedAmount).toBeLessThan(65_536)),
    },
    MODEL_OPTIONS,
    { upgrade: () => new Response(null) },
  );
  readonly #http = new ChannelModel(true);
  /** Rules found broken inside callbacks, where throwing would only meet the server's own guards. */
  readonly #violations: unknown[] = [];
  readonly #payloads: { readonly texts: readonly string[]; status: number | undefined }[] = [];
  #starting: ChannelModel = this.#http;
  #serial = 0;

  /** Asks for frames; the other end may have gone by the time the answer is there. */
  attach(segment: Segment, reading: Reading, gone: boolean): void {
    const form = formOf(segment);
    const isSocket = form.kind === "websocket" || form.kind === "raw";
    const incoming: Incoming = {
      ...createIncoming({
        method: form.method,
        path: segment === "raw" ? "/websocket" : `/000/s1/${segment}`,
        query: form.query,
        headers: isSocket ? HANDSHAKE : {},
      }),
      upgrade: (listener) => {
        this.#startSocket(form, listener, reading);
        return { kind: "upgraded", response: undefined };
      },
    };
    void Promise.resolve(this.server[INNER].handle(incoming)).then((reply) => {
      if (!isSocket) this.#judge(() => this.#startBody(form, reply, reading, gone));
    });
  }

  /** Goes away: by a close frame or by breaking off where it is a WebSocket. */
  leave(sink: ModelSink, cleanly: boolean): void {
    if (sink.over) return;
    sink.leave();
    if (!("closed" in sink.source)) {
      sink.source.interrupted();
      return;
    }
    // Sinks with this method were started by `#startSocket`.
    const listener = sink.source as SocketListener;
    if (cleanly) listener.closed(1000, "bye", true);
    else listener.closed(1006, "", false);
  }

  /** Sends from the browser's side, by the session's URLs. */
  post(segment: "xhr_send" | "jsonp_send", commands: readonly string[]): void {
    const texts = commands.map((command) => this.#name(command));
    const payload: { readonly texts: readonly string[]; status: number | undefined } = {
      texts,
      status: undefined,
    };
    this.#payloads.push(payload);
    const { current } = this.#http;
    const incoming: Incoming = {
      ...createIncoming({ method: "POST", path: `/000/s1/${segment}` }),
      readBody: () => Promise.resolve(new TextEncoder().encode(JSON.stringify(texts))),
    };
    void Promise.resolve(this.server[INNER].handle(incoming)).then((reply) => {
      const { status } = textOf(reply);
      payload.status = status;
      if (status < 300) this.#judge(() => this.#expectHandedOn(texts, current));
    });
  }

  /** Sends from the browser's side of a WebSocket. */
  message(sink: ModelSink, commands: readonly string[]): void {
    if (sink.over || !("message" in sink.source)) return;
    sink.inboundCount++;
    const texts = commands.map((command) => this.#name(command));
    const listener = sink.source as SocketListener; // as in `leave`
    if (sink.form.kind === "raw") for (const text of texts) listener.message(text);
    else listener.message(JSON.stringify(texts));
  }

  send(record: ConnectionRecord, length: number): void {
    const text = this.#name("").padEnd(length, "x");
    if (record.connection.readyState === 1) record.sent.push(text);
    record.connection.send(text);
  }

  broadcast(): void {
    const text = this.#name("");
    for (const record of this.records) {
      if (record.connection.readyState === 1) record.sent.push(text);
    }
    this.server.broadcast(text);
  }

  /** What holds at any time between two turns. */
  check(): void {
    expect(this.#violations).toEqual([]);
    const now = performance.now();
    const { heartbeatDelay, pongTimeout, disconnectDelay } = MODEL_OPTIONS;
    for (const sink of this.sinks) {
      if (sink.over) continue;
      if (sink.serving && sink.accepts && sink.form.kind !== "raw") {
        const silentMs = now - sink.lastWriteAt;
        expect(silentMs, "a silence").toBeLessThanOrEqual(latest(heartbeatDelay));
      }
      if (sink.form.kind === "websocket" || sink.form.kind === "raw") {
        const limitMs = latest(heartbeatDelay) + latest(pongTimeout + transferMs(sink.frameBytes));
        if (!sink.answersPings && sink.inboundCount === 0)
          expect(now - sink.startedAt, "a dead peer kept").toBeLessThanOrEqual(limitMs);
      }
    }
    const { current, sinks } = this.#http;
    if (current?.connection.readyState === 1) {
      const absentMs = now - Math.max(...sinks.map((sink) => sink.overAt));
      const downloadsMs = sinks.map(({ frameBytes }) => transferMs(frameBytes));
      const limitMs = latest(disconnectDelay + Math.max(...downloadsMs));
      expect(absentMs, "a session without a receiver").toBeLessThanOrEqual(limitMs);
    }
    const settled = sinks.filter((sink) => !sink.over && now - sink.startedAt > ABORT_GRACE_MS);
    const accepting = settled.filter((sink) => sink.accepts);
    expect(accepting.length, "receivers kept at one time").toBeLessThanOrEqual(1);
    for (const sink of sinks) this.#checkLimit(sink);
  }

  /** What holds once everybody has gone and every delay is over. */
  checkEnd(timers: number): void {
    const { open, sessions, receivers, bufferedAmount, topics, opened, closed } =
      this.server.stats();
    const ended = Object.values(closed).reduce((sum, count) => sum + count, 0);
    expect({ timers, open, sessions, receivers, bufferedAmount, topics, ended }).toEqual({
      timers: 0,
      open: 0,
      sessions: 0,
      receivers: 0,
      bufferedAmount: 0,
      topics: 0,
      ended: opened,
    });
    expect(this.records.filter((record) => record.closedBy === undefined)).toEqual([]);
    expect(this.records.length).toBe(opened);
    expect(this.#payloads.filter((payload) => payload.status === undefined)).toEqual([]);
    const given = this.records.flatMap((record) => record.received);
    expect(new Set(given).size, "messages given twice").toBe(given.length);
    for (const record of this.records) {
      const serials = record.received.map((text) => Number.parseInt(text, 10));
      expect(serials, "messages given out of order").toEqual(serials.toSorted((a, b) => a - b));
    }
  }

  #startSocket(form: WireForm, listener: SocketListener, reading: Reading): void {
    const channel = new ChannelModel(form.kind === "websocket");
    this.#starting = channel;
    listener.start(this.#createSink(form, listener, reading, channel));
  }

  #startBody(form: WireForm, reply: Reply, reading: Reading, gone: boolean): void {
    if (reply.kind !== "frames") {
      expect(textOf(reply).status).toBe(503);
      return;
    }
    const { source } = reply;
    if (gone) {
      source.interrupted();
      return;
    }
    this.#starting = this.#http;
    source.start(this.#createSink(form, source, reading, this.#http));
  }

  #createSink(
    form: WireForm,
    source: ModelSink["source"],
    reading: Reading,
    channel: ChannelModel,
  ): ModelSink {
    const sink = new ModelSink(form, source, reading, {
      frame: (from, frame) => this.#judge(() => channel.frame(from, frame)),
      violated: (rule) => void this.#violations.push(rule),
    });
    this.sinks.push(sink);
    channel.sinks.push(sink);
    return sink;
  }

  #opened(connection: Connection): void {
    const record: ConnectionRecord = {
      connection,
      sent: [],
      delivered: [],
      received: [],
      openFrames: 0,
      closedBy: undefined,
    };
    this.records.push(record);
    this.#starting.opened(record);
    connection.subscribe("all");
  }

  #received(connection: Connection, text: string): void {
    const record = this.#recordOf(connection);
    expect(record.closedBy, "a message after close").toBe(undefined);
    record.received.push(text);
    const command = text.replace(/^\d+ ?/, "");
    if (command === "echo") this.send(record, 10);
    if (command === "close") connection.close(4000, "asked");
  }

  #closed(connection: Connection, info: CloseInfo): void {
    const record = this.#recordOf(connection);
    expect(record.closedBy, "closed twice").toBe(undefined);
    expect(connection.readyState).toBe(3);
    record.closedBy = info;
    const byPeer = info.reason === "bye";
    if (info.wasClean && !byPeer) expect(record.delivered, "a clean end").toEqual(record.sent);
  }

  #recordOf(connection: Connection): ConnectionRecord {
    const record = this.records.find((each) => each.connection === connection);
    if (record === undefined) throw new Error("A hook before the open hook");
    return record;
  }

  /**
   * Accepted messages have been given to one connection, all of them unless it closed on the way; none where our side had
   * closed before. `current` was the connection when they were sent.
   */
  #expectHandedOn(texts: readonly string[], current: ConnectionRecord | undefined): void {
    if (texts.length === 0) return;
    const owner = this.records.find((record) => record.received.includes(texts[0] ?? ""));
    if (owner === undefined) {
      const state = current?.connection.readyState ?? 0;
      expect(state, `accepted and lost: ${texts.join()}`).toBeGreaterThanOrEqual(2);
      return;
    }
    const given = owner.received.filter((text) => texts.includes(text));
    if (owner.connection.readyState === 1) expect(given).toEqual(texts);
    else expect(given).toEqual(texts.slice(0, given.length));
  }

  #checkLimit(sink: ModelSink): void {
    const { responseLimit } = MODEL_OPTIONS;
    if (sink.form.kind === "streaming" && !sink.over) {
      expect(sink.frameBytes, "beyond the response limit").toBeLessThan(responseLimit);
    }
    if (sink.form.kind === "polling" && !sink.over) expect(sink.frameBytes).toBe(0);
  }

  #judge(run: () => void): void {
    try {
      run();
    } catch (violation) {
      this.#violations.push(violation);
    }
  }

  /** Numbers a text, so that each is found again. */
  #name(command: string): string {
    this.#serial++;
    return command === "" ? `${this.#serial}` : `${this.#serial} ${command}`;
  }
}

function formOf(segment: Segment): WireForm {
  const form = WIRE_FORMS.find((each) => each.segment === segment);
  if (form === undefined) throw new Error(`No such segment: ${segment}`);
  return form;
}
