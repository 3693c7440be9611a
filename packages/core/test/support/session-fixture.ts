import { OutboundMessage } from "../../src/wire/outbound-message.ts";
import { ONE_FRAME, Receiver } from "../../src/session/receiver.ts";
import { Session } from "../../src/session/session.ts";
import type { SessionOwner, SessionSettings } from "../../src/session/session-owner.ts";
import { TimerWheel } from "../../src/time/timer-wheel.ts";
import type { Transport } from "../../src/transports/transport.ts";
import { WEBSOCKET_RAW } from "../../src/transports/websocket-raw.ts";
import { WEBSOCKET } from "../../src/transports/websocket.ts";
import { RecordedSink } from "./recorded-sink.ts";

/** Frames as they are, without a prelude, so that a test sees the session's own doing. */
const PLAIN: Transport = {
  name: "xhr-streaming",
  framed: true,
  sharesFrames: true,
  prelude: "",
  destinations: ["empty"],
  encode: (frame) => frame,
};

const SETTINGS: SessionSettings = {
  heartbeatDelay: 25_000,
  disconnectDelay: 5000,
  pongTimeout: 10_000,
  maxBufferedAmount: 1000,
};

/** A session with everything around it written down. */
export interface SessionFixture {
  readonly session: Session;
  /** What the application and the owner were told, in order. */
  readonly journal: unknown[];
  send(...messages: readonly string[]): void;
  /** Does what the server does at the end of a turn. */
  flush(): void;
  /** Attaches a response that may take frames without end. */
  stream(): Attached;
  /** Attaches a response of at most so many bytes. */
  respond(limitBytes: number): Attached;
  /** Attaches a response that ends after one frame. */
  poll(): Attached;
  /** Attaches a WebSocket. */
  webSocket(transport?: "websocket" | "websocket-raw"): Attached;
}

interface Attached {
  readonly sink: RecordedSink;
  readonly receiver: Receiver;
}

/** Makes a session that has been admitted. */
export function createSession(
  settings: Partial<SessionSettings> = {},
  timers: TimerWheel = new TimerWheel(1),
): SessionFixture {
  const journal: unknown[] = [];
  const scheduled = new Set<Session>();
  const owner: SessionOwner<Session> = {
    settings: { ...SETTINGS, ...settings },
    timers,
    schedule: (session) => scheduled.add(session),
    settled: () => journal.push("settled"),
    forgotten: () => journal.push("forgotten"),
  };
  const session = new Session("s1", undefined, owner);
  session.bind({
    opened: () => journal.push("opened"),
    closed: (info) => journal.push(["closed", info.code, info.reason, info.wasClean]),
    drained: () => journal.push("drained"),
    receive: () => undefined,
  });
  const attach = (transport: Transport, limitBytes: number): Attached => {
    const sink = new RecordedSink();
    const receiver = new Receiver(session, transport, limitBytes);
    receiver.start(sink);
    return { sink, receiver };
  };
  return {
    session,
    journal,
    send(...messages) {
      for (const message of messages) session.send(new OutboundMessage(message, false));
    },
    flush() {
      for (const each of scheduled) each.flush();
      scheduled.clear();
    },
    stream: () => attach(PLAIN, Infinity),
    respond: (limitBytes) => attach(PLAIN, limitBytes),
    poll: () => attach(PLAIN, ONE_FRAME),
    webSocket(transport = "websocket") {
      const sink = new RecordedSink();
      const raw = transport === "websocket-raw";
      const receiver = new Receiver(session, raw ? WEBSOCKET_RAW : WEBSOCKET, Infinity);
      receiver.startSocket(sink);
      return { sink, receiver };
    },
  };
}
