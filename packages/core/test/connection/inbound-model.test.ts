import * as fc from "fast-check";
import { expect, test } from "vitest";
import type { Connection, Handler } from "../../src/connection/connection.ts";
import { createServer } from "../../src/server.ts";
import { INNER, type InnerServer } from "../../src/seam/exchange.ts";
import type { SocketListener } from "../../src/seam/socket.ts";
import { createIncoming, textOf } from "../support/incoming.ts";
import { defer, settle, type Deferred } from "../support/promises.ts";
import { RecordedSink } from "../support/recorded-sink.ts";

const MAX_UNREAD = 300;
const OVERHEAD = 64; // what a message counts for besides its text

/** More sending requests at once would be refused. */
const MAX_WAITING = 32;

const HANDSHAKE = {
  upgrade: "websocket",
  connection: "Upgrade",
  "sec-websocket-key": "dGhlIHNhbXBsZSBub25jZQ==",
  "sec-websocket-version": "13",
};

/** How messages reach the application, and how they come in. */
const setting = fc.record({
  handler: fc.constantFrom("async hook" as const, "function" as const),
  way: fc.constantFrom("http" as const, "websocket" as const, "unpausable websocket" as const),
});

const action = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant("arrive" as const),
      lengths: fc.array(fc.constantFrom(1, 10, 100, 400), { maxLength: 4 }),
    }),
  },
  { weight: 4, arbitrary: fc.record({ do: fc.constant("take" as const) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("turn" as const) }) },
);

test("what came in is given to the application in order, once, and no faster than it takes it", async () => {
  await fc.assert(
    fc.asyncProperty(setting, fc.array(action, { maxLength: 40, size: "max" }), fc.boolean(), run),
    { numRuns: 300 },
  );
});

async function run(
  { handler, way }: typeof setting extends fc.Arbitrary<infer T> ? T : never,
  actions: readonly (typeof action extends fc.Arbitrary<infer T> ? T : never)[],
  closes: boolean,
): Promise<void> {
  const application = handler === "function" ? createReader() : createHooks();
  const server = createServer(
    application.handler,
    { maxUnreadAmount: MAX_UNREAD },
    { upgrade: () => new Response(null) },
  );
  const inlet =
    way === "http" ? await openHttp(server[INNER]) : await openSocket(server[INNER], way);
  const arrived: string[] = [];
  for (const each of actions) {
    if (each.do === "arrive" && inlet.takes) {
      const texts = each.lengths.map((length, index) =>
        `${arrived.length + index} `.padEnd(length, "x"),
      );
      arrived.push(...texts);
      inlet.arrive(texts);
    }
    if (each.do === "take") application.take();
    if (each.do === "turn") await settleAll();
    expect(application.taken).toEqual(arrived.slice(0, application.taken.length));
    if (each.do === "turn") check(application, inlet, arrived);
  }
  if (closes) {
    application.connection?.close();
    await settleAll();
    expect(inlet.held, "answers kept back after the end").toEqual([]);
  }
  for (let turn = 0; turn < arrived.length + MAX_WAITING; turn++) {
    application.take();
    await settle();
  }
  expect(application.taken).toEqual(inlet.cut || closes ? expect.any(Array) : arrived);
  expect(inlet.held).toEqual([]);
  await server.close({ timeout: 1 }); // nobody polls
  await settle();
  application.take(); // the iteration's end
  await settle();
  expect(application.closes).toBe(1);
}

/** Lets every request that waits in line have its turn. */
async function settleAll(): Promise<void> {
  for (let turn = 0; turn < MAX_WAITING; turn++) await settle();
}

/** Held back is exactly what is above the limit; a socket that cannot be paused is closed instead. */
function check(application: Application, inlet: Inlet, arrived: readonly string[]): void {
  if (application.connection?.readyState !== 1) return;
  const admitted = inlet.admitted(arrived);
  const unread = admitted
    .slice(application.taken.length)
    .reduce((sum, text) => sum + text.length + OVERHEAD, 0);
  expect({ unread, isHeld: inlet.isHeld }).toEqual({ unread, isHeld: unread > MAX_UNREAD });
}

interface Application {
  readonly handler: Handler;
  readonly connection: Connection | undefined;
  readonly taken: string[];
  readonly closes: number;
  /** Lets the application take one more message. */
  take(): void;
}

/** Hooks whose promises the test settles one by one. */
function createHooks(): Application {
  const taken: string[] = [];
  const running: Deferred<void>[] = [];
  const state: { connection?: Connection; closes: number } = { closes: 0 };
  const handler: Handler = {
    open: (connection) => void (state.connection = connection),
    message: (_connection, text) => {
      expect(running).toEqual([]);
      taken.push(text);
      const deferred = defer();
      running.push(deferred);
      return deferred.promise;
    },
    close: () => {
      expect(running).toEqual([]);
      state.closes++;
    },
  };
  return {
    handler,
    taken,
    get connection() {
      return state.connection;
    },
    get closes() {
      return state.closes;
    },
    take: () => running.shift()?.resolve(),
  };
}

/** A function that reads a message when the test says so. */
function createReader(): Application {
  const taken: string[] = [];
  const state: { connection?: Connection; closes: number } = { closes: 0 };
  let wake = (): void => {};
  const handler: Handler = async (connection) => {
    state.connection = connection;
    const messages = connection[Symbol.asyncIterator]();
    for (;;) {
      await new Promise<void>((resolve) => (wake = resolve));
      const { done, value } = await messages.next();
      if (done === true) break;
      taken.push(value);
    }
    state.closes++;
  };
  return {
    handler,
    taken,
    get connection() {
      return state.connection;
    },
    get closes() {
      return state.closes;
    },
    take: () => wake(),
  };
}

/** Where messages come in. */
interface Inlet {
  /** Whether the other side can send now: not while it is paused, not after its end. */
  readonly takes: boolean;
  /** Whether it is told to wait. */
  readonly isHeld: boolean;
  /** Answers that are owed. */
  readonly held: readonly unknown[];
  /** Whether it was closed for sending too much. */
  readonly cut: boolean;
  arrive(texts: readonly string[]): void;
  /** What of all that arrived the server has let in. */
  admitted(arrived: readonly string[]): readonly string[];
}

async function openHttp(inner: InnerServer): Promise<Inlet> {
  const opening = await inner.handle(createIncoming({ method: "POST", path: "/000/s1/xhr" }));
  if (opening.kind === "frames") opening.source.start(new RecordedSink());
  const held: { readonly size: number }[] = [];
  const state = { isWrong: false };
  let answered = 0;
  return {
    held,
    get takes() {
      expect(state.isWrong, "an answer out of order, or neither 204 nor 404").toBe(false);
      return held.length < MAX_WAITING;
    },
    cut: false,
    get isHeld() {
      return held.length > 0;
    },
    arrive(texts) {
      const payload = { size: texts.length };
      held.push(payload);
      const incoming = {
        ...createIncoming({ method: "POST", path: "/000/s1/xhr_send" }),
        readBody: () => Promise.resolve(new TextEncoder().encode(JSON.stringify(texts))),
      };
      void Promise.resolve(inner.handle(incoming)).then((reply) => {
        const { status } = textOf(reply);
        const position = held.indexOf(payload);
        held.splice(position, 1);
        if (status === 204) answered += texts.length;
        if (status === 204 ? position !== 0 : status !== 404) state.isWrong = true;
      });
    },
    admitted: (arrived) => arrived.slice(0, answered + (held[0]?.size ?? 0)),
  };
}

async function openSocket(inner: InnerServer, way: string): Promise<Inlet> {
  const sink = new RecordedSink();
  let isPaused = false;
  const pausing = {
    pause: () => void (isPaused = true),
    resume: () => void (isPaused = false),
  };
  const socket = way === "websocket" ? Object.assign(sink, pausing) : sink;
  let listener: SocketListener | undefined;
  await inner.handle({
    ...createIncoming({ path: "/000/s1/websocket", headers: HANDSHAKE }),
    upgrade: (given) => {
      listener = given;
      given.start(socket);
      return { kind: "upgraded", response: undefined };
    },
  });
  const isCut = (): boolean => sink.journal.includes('c[1013,"Too much data waiting"]');
  return {
    held: [],
    get takes() {
      return !isPaused && !isCut();
    },
    get cut() {
      return isCut();
    },
    get isHeld() {
      return isPaused;
    },
    arrive: (texts) => listener?.message(JSON.stringify(texts)),
    admitted: (arrived) => arrived,
  };
}
