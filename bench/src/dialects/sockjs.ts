import type { Dialect, StreamingTransport } from "./dialect.ts";
import { buildRequest } from "./request.ts";

const OPEN_FRAME = "o";
const PRELUDE: Record<StreamingTransport, string> = {
  "xhr-streaming": `${"h".repeat(2048)}\n`, // protocol: "2KiB of h"
  eventsource: "\r\n",
};

/** SockJS, for a service under `/echo`. */
export const sockjsDialect: Dialect = {
  websocket: {
    path: (id) => `/echo/000/${id}/websocket`,
    opening: /^o$/,
    encode: encodePayload,
    answer: encodeFrame,
    answerSize: (message) => ({ fixed: 2, each: Buffer.byteLength(JSON.stringify(message)) + 1 }),
  },

  async openPolling(connection, id, message) {
    const poll = buildRequest("POST", `/echo/000/${id}/xhr`);
    const { body } = await connection.exchange(poll);
    if (body !== `${OPEN_FRAME}\n`)
      throw new Error(`Cannot open a session: the first poll brought ${JSON.stringify(body)}`);
    const send = buildRequest("POST", `/echo/000/${id}/xhr_send`, encodePayload(message));
    const exchange = { poll, send, answer: `${encodeFrame(message)}\n` };
    return { ...exchange, sendStatus: 204, parked: exchange, idle: [poll] };
  },

  streaming(transport, id, message) {
    const events = transport === "eventsource";
    const encode = (frame: string): string => (events ? `data: ${frame}\r\n\r\n` : `${frame}\n`);
    return {
      open: events
        ? buildRequest("GET", `/echo/000/${id}/eventsource`)
        : buildRequest("POST", `/echo/000/${id}/xhr_streaming`),
      opening: PRELUDE[transport] + encode(OPEN_FRAME),
      send: buildRequest("POST", `/echo/000/${id}/xhr_send`, encodePayload(message)),
      frame: encode(encodeFrame(message)),
    };
  },

  opening: (id) => ({
    request: buildRequest("POST", `/echo/000/${id}/xhr`),
    body: /^o\n$/,
  }),
};

function encodePayload(message: string): string {
  return JSON.stringify([message]);
}

function encodeFrame(message: string): string {
  return `a${JSON.stringify([message])}`;
}
