import * as fc from "fast-check";
import { encodeFrame } from "../harness/websocket-frames.ts";
import { encodeHandshake } from "../harness/websocket-handshake.ts";
import { toConversation, type Conversation } from "./requests.ts";

const rejecting = fc.constantFrom("origins", "cookie", "log", "channels", "hooks");
const session = fc.integer({ min: 0, max: 3 }).map((number) => `callback-${number}`);
const segment = fc.constantFrom("xhr", "xhr_streaming", "eventsource", "jsonp?c=cb", "xhr_send");
const origin = fc.constantFrom("", "Origin: http://elsewhere.example\r\n", "Origin: null\r\n");
const payload = fc.constantFrom("[]", '["a"]', '["sub,ann"]', '["sub,ann","msg,ann,1","uns,ann"]');

/** A request that has functions of the application called which reject where a value is due. */
const request = fc
  .record({ rejecting, session, segment, origin, payload })
  .map(({ rejecting: what, session: id, segment: last, origin: from, payload: body }) => {
    const isGet = last.startsWith("eventsource") || last.startsWith("jsonp?");
    const head = `${isGet ? "GET" : "POST"} /rejecting-${what}/000/${id}/${last} HTTP/1.1\r\nHost: a\r\n${from}`;
    return isGet ? `${head}\r\n` : `${head}Content-Length: ${body.length}\r\n\r\n${body}`;
  });

const requests = toConversation(
  fc.array(request, { minLength: 1, maxLength: 4 }).map((all) => Buffer.from(all.join(""))),
);

/** A raw WebSocket whose messages make `close` hooks cause each other. */
const chain = fc
  .tuple(fc.constantFrom("/chain-of-closes", "/chain-of-overloads"), fc.integer({ min: 0, max: 2 }))
  .map(([service, messages]): Conversation => {
    const start = { opcode: 1, payload: Buffer.from("start"), mask: Buffer.alloc(4) };
    const frames = Array.from({ length: messages }, () => encodeFrame(start));
    return {
      segments: [Buffer.from(encodeHandshake(`${service}/websocket`)), Buffer.concat(frames)],
      end: "stay",
    };
  });

/** Conversations that lead to callbacks which reject, and to hooks that cause hooks. */
export const callbackConversation: fc.Arbitrary<Conversation> = fc.oneof(
  { weight: 1, arbitrary: requests },
  { weight: 1, arbitrary: chain },
);
