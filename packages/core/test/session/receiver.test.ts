import { expect, test } from "vitest";
import { LOST, type CloseInfo } from "../../src/wire/close.ts";
import { OutboundMessage } from "../../src/wire/outbound-message.ts";
import { ONE_FRAME, Receiver } from "../../src/session/receiver.ts";
import { Session } from "../../src/session/session.ts";
import { EVENTSOURCE } from "../../src/transports/eventsource.ts";
import { htmlfile } from "../../src/transports/htmlfile.ts";
import { jsonpPolling } from "../../src/transports/jsonp-polling.ts";
import type { Transport } from "../../src/transports/transport.ts";
import { WEBSOCKET_RAW } from "../../src/transports/websocket-raw.ts";
import { TimerWheel } from "../../src/time/timer-wheel.ts";
import { WEBSOCKET } from "../../src/transports/websocket.ts";
import { XHR_POLLING } from "../../src/transports/xhr-polling.ts";
import { XHR_STREAMING } from "../../src/transports/xhr-streaming.ts";
import { RecordedSink } from "../support/recorded-sink.ts";

/** A session that takes any receiver and asks nothing of it. */
class StubSession extends Session {
  readonly told: string[] = [];

  constructor() {
    super("s1", undefined, {
      settings: {
        heartbeatDelay: 1,
        disconnectDelay: 1,
        pongTimeout: 1,
        maxBufferedAmount: 1,
      },
      timers: new TimerWheel(1),
      schedule: () => {},
      settled: () => {},
      forgotten: () => {},
    });
  }

  override attach(): void {
    this.told.push("attach");
  }

  override pump(): void {
    this.told.push("pump");
  }

  override finished(): void {
    this.told.push("finished");
  }

  override leave(_receiver: Receiver, info: CloseInfo): void {
    const { code, reason, wasClean } = info;
    this.told.push(info === LOST ? "interrupted" : `closedByPeer ${code} ${reason} ${wasClean}`);
  }
}

interface Fixture {
  readonly receiver: Receiver;
  readonly sink: RecordedSink;
  readonly told: string[];
}

function createReceiver(transport: Transport = WEBSOCKET, limitBytes = Infinity): Fixture {
  const session = new StubSession();
  const sink = new RecordedSink();
  return { receiver: new Receiver(session, transport, limitBytes), sink, told: session.told };
}

function startReceiver(transport?: Transport, limitBytes?: number): Fixture {
  const fixture = createReceiver(transport, limitBytes);
  fixture.receiver.start(fixture.sink);
  fixture.sink.journal.length = 0;
  fixture.told.length = 0;
  return fixture;
}

/** Ends a response that is full, as the session does. */
function endWhenFull({ receiver, told }: Fixture, written: "full" | undefined): void {
  if (written === undefined) return;
  receiver.finish(1000, "");
  told.push("finished");
}

function messages(...texts: readonly string[]): readonly OutboundMessage[] {
  return texts.map((text) => new OutboundMessage(text, false));
}

test("`start()` writes the prelude, then attaches", () => {
  const { receiver, sink, told } = createReceiver(EVENTSOURCE);
  receiver.start(sink);

  expect([sink.journal, told]).toEqual([["\r\n"], ["attach"]]);
});

test("`start()` writes nothing for a transport without a prelude", () => {
  const { receiver, sink } = createReceiver(XHR_POLLING);
  receiver.start(sink);

  expect(sink.journal).toEqual([]);
});

test("`start()` cuts the response of a browser that has gone before", () => {
  const { receiver, sink, told } = createReceiver(EVENTSOURCE);
  receiver.interrupted();
  receiver.start(sink);

  expect([sink.journal, told]).toEqual([[["terminate"]], ["interrupted"]]);
});

test.each<[transport: Transport, wire: string]>([
  [XHR_STREAMING, 'a["<%\\u2028"]\n'],
  [XHR_POLLING, 'a["<%\\u2028"]\n'],
  [EVENTSOURCE, 'data: a["<%25\\u2028"]\r\n\r\n'],
  [htmlfile("cb"), '<script>\np("a[\\"\\u003c%\\\\u2028\\"]");\n</script>\r\n'],
  [jsonpPolling("cb"), '/**/cb("a[\\"\\u003c%\\\\u2028\\"]");\r\n'],
  [WEBSOCKET, 'a["<%\\u2028"]'],
  [WEBSOCKET_RAW, "<%\u2028"],
])("`sendMessages()` on $name", (transport, wire) => {
  const { receiver, sink } = startReceiver(transport);
  receiver.sendMessages(messages("<%\u2028"));

  expect(sink.journal).toEqual([wire]);
});

test("`sendMessages()` puts several messages in one frame", () => {
  const { receiver, sink } = startReceiver();
  receiver.sendMessages(messages("a", "b"));

  expect(sink.journal).toEqual(['a["a","b"]']);
});

test("`sendMessages()` on the raw WebSocket sends each message by itself", () => {
  const { receiver, sink } = startReceiver(WEBSOCKET_RAW);
  receiver.sendMessages(messages("a", "b"));

  expect(sink.journal).toEqual(["a", "b"]);
});

test("`sendMessages()` shares the frame of a message for many", () => {
  const { receiver, sink } = startReceiver(XHR_STREAMING);
  receiver.sendMessages([new OutboundMessage("a", true)]);

  expect(sink.journal).toEqual([["shared", 'a["a"]\n']]);
});

test("`sendMessages()` shares no frame that holds a callback", () => {
  const { receiver, sink } = startReceiver(jsonpPolling("cb"));
  receiver.sendMessages([new OutboundMessage("a", true)]);

  expect(sink.journal).toEqual(['/**/cb("a[\\"a\\"]");\r\n']);
});

test("`sendFrame()` sends nothing on the raw WebSocket", () => {
  const { receiver, sink } = startReceiver(WEBSOCKET_RAW);
  receiver.sendFrame("h");

  expect(sink.journal).toEqual([]);
});

test("a response ends once its frames, framing included, reach the limit", () => {
  const fixture = startReceiver(XHR_STREAMING, 10);
  const { receiver, sink, told } = fixture;
  endWhenFull(fixture, receiver.sendFrame("o"));
  endWhenFull(fixture, receiver.sendMessages(messages("a")));
  const below = [...sink.journal];
  endWhenFull(fixture, receiver.sendFrame("h"));

  expect([below, sink.journal, told, receiver.done]).toEqual([
    ["o\n", 'a["a"]\n'],
    ["o\n", 'a["a"]\n', "h\n", ["end", 1000, ""]],
    ["finished"],
    true,
  ]);
});

test("the frame that crosses the limit is sent whole", () => {
  const fixture = startReceiver(XHR_STREAMING, 3);
  const { receiver, sink } = fixture;
  endWhenFull(fixture, receiver.sendMessages(messages("long")));

  expect(sink.journal).toEqual(['a["long"]\n', ["end", 1000, ""]]);
});

test("the limit counts bytes, not characters", () => {
  const fixture = startReceiver(XHR_STREAMING, 9);
  const { receiver, sink } = fixture;
  endWhenFull(fixture, receiver.sendMessages(messages("€")));

  expect(sink.journal).toEqual(['a["€"]\n', ["end", 1000, ""]]);
});

test("the prelude does not count towards the limit", () => {
  const fixture = createReceiver(XHR_STREAMING, 5);
  const { receiver, sink, told } = fixture;
  receiver.start(sink);
  endWhenFull(fixture, receiver.sendFrame("o"));

  expect(told).toEqual(["attach"]);
});

test("a poll ends after any frame", () => {
  const fixture = startReceiver(XHR_POLLING, ONE_FRAME);
  const { receiver, sink, told } = fixture;
  endWhenFull(fixture, receiver.sendFrame("h"));

  expect([sink.journal, told]).toEqual([["h\n", ["end", 1000, ""]], ["finished"]]);
});

test("`endsAfterFirstWrite` tells polls from streams", () => {
  expect([
    createReceiver(XHR_POLLING, ONE_FRAME).receiver.endsAfterFirstWrite,
    createReceiver(XHR_STREAMING, 4096).receiver.endsAfterFirstWrite,
  ]).toEqual([true, false]);
});

test.each([
  [1000, "bye", 1000, "bye"],
  [3000, "Go away!", 3000, "Go away!"],
  [4999, "", 4999, ""],
  [1009, "Message too big", 1009, "Message too big"],
  [1001, "Server is shutting down", 1000, ""],
  [1002, "Connection interrupted", 1000, ""],
  [1005, "", 1000, ""],
  [1006, "Connection lost", 1000, ""],
  [1011, "Internal error", 1000, ""],
  [1013, "Too much data waiting", 1000, ""],
  [2010, "Another connection still open", 1000, ""],
  [2999, "", 1000, ""],
])("`finish(%i, %j)` closes a WebSocket with %i %j", (code, reason, sentCode, sentReason) => {
  const { receiver, sink } = startReceiver();
  receiver.finish(code, reason);

  expect(sink.journal).toEqual([["end", sentCode, sentReason]]);
});

test.each([
  ["x".repeat(123), "x".repeat(123)],
  ["x".repeat(124), "x".repeat(123)],
  ["€".repeat(42), "€".repeat(41)],
  [`a${"😀".repeat(40)}`, `a${"😀".repeat(30)}`],
  [`${"x".repeat(122)}😀`, "x".repeat(122)],
  [`${"x".repeat(119)}😀x`, `${"x".repeat(119)}😀`],
])("`finish()` cuts the reason %j to what a WebSocket frame holds", (reason, sent) => {
  const { receiver, sink } = startReceiver();
  receiver.finish(3000, reason);

  expect(sink.journal).toEqual([["end", 3000, sent]]);
});

test("`dismiss()` writes the close frame and ends", () => {
  const { receiver, sink } = startReceiver();
  receiver.dismiss('c[3000,"Go away!"]', 3000, "Go away!");

  expect([sink.journal, receiver.done]).toEqual([
    ['c[3000,"Go away!"]', ["end", 3000, "Go away!"]],
    true,
  ]);
});

test("`dismiss()` waits until the sink is ready", () => {
  const { receiver, sink, told } = startReceiver();
  sink.isReady = false;
  receiver.dismiss('c[3000,"Go away!"]', 3000, "Go away!");
  const waiting = [...sink.journal];
  sink.isReady = true;
  receiver.drained();

  expect([waiting, sink.journal, told]).toEqual([
    [],
    ['c[3000,"Go away!"]', ["end", 3000, "Go away!"]],
    [],
  ]);
});

test("`dismiss()` on the raw WebSocket closes without a frame", () => {
  const { receiver, sink } = startReceiver(WEBSOCKET_RAW);
  receiver.dismiss('c[3000,"Go away!"]', 3000, "Go away!");

  expect(sink.journal).toEqual([["end", 3000, "Go away!"]]);
});

test("`drained()` has the session write more", () => {
  const { receiver, told } = startReceiver();
  receiver.drained();

  expect(told).toEqual(["pump"]);
});

test("`interrupted()` is told to the session once", () => {
  const { receiver, told } = startReceiver();
  receiver.interrupted();
  receiver.interrupted();
  receiver.closedByPeer(1000, "", true);
  receiver.drained();

  expect([told, receiver.done, receiver.ready()]).toEqual([["interrupted"], true, false]);
});

test.each<[end: (receiver: Receiver) => void, mark: readonly unknown[]]>([
  [(receiver) => receiver.finish(1000, ""), ["end", 1000, ""]],
  [(receiver) => receiver.terminate(), ["terminate"]],
])("nothing is told to the session after %o", (end, mark) => {
  const { receiver, sink, told } = startReceiver();
  end(receiver);
  end(receiver);
  receiver.interrupted();
  receiver.drained();

  expect([sink.journal, told]).toEqual([[mark], []]);
});

test("`closedByPeer()` tells a clean close with its code, and any other as an interruption", () => {
  const clean = startReceiver();
  const unclean = startReceiver();
  clean.receiver.closedByPeer(4001, "done", true);
  unclean.receiver.closedByPeer(1006, "", false);

  expect([clean.told, unclean.told]).toEqual([["closedByPeer 4001 done true"], ["interrupted"]]);
});

test("`socket` is the sink of a WebSocket only", () => {
  const webSocket = createReceiver();
  webSocket.receiver.startSocket(webSocket.sink);

  expect(webSocket.receiver.socket).toBe(webSocket.sink);
  expect(startReceiver(XHR_STREAMING).receiver.socket).toBe(undefined);
});
