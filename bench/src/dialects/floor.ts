import type { Dialect } from "./dialect.ts";
import { buildRequest } from "./request.ts";
import { sockjsDialect } from "./sockjs.ts";

/** The same bytes as SockJS, for servers that know nothing of it: see `servers/floor-node.ts` for the paths. */
export const floorDialect: Dialect = {
  websocket: {
    path: (id) => `/${id}`,
    opening: undefined,
    encode: sockjsDialect.websocket.encode,
    answer: sockjsDialect.websocket.encode,
    answerSize: (message) => ({
      fixed: 0,
      each: Buffer.byteLength(sockjsDialect.websocket.encode(message)),
    }),
  },

  async openPolling(_connection, id, message) {
    const payload = sockjsDialect.websocket.encode(message);
    const size = Buffer.byteLength(sockjsDialect.websocket.answer(message)) + 1;
    const park = buildRequest("POST", `/park/${id}`);
    const release = buildRequest("POST", `/release/${id}`, payload);
    return {
      poll: buildRequest("POST", `/answer/${size}`),
      send: buildRequest("POST", "/answer/0", payload),
      sendStatus: 204,
      answer: "x".repeat(size),
      parked: { poll: park, send: release, answer: `a${payload}\n` },
      idle: [park],
    };
  },

  streaming(transport, id, message) {
    const payload = sockjsDialect.websocket.encode(message);
    const events = transport === "eventsource";
    return {
      open: events ? buildRequest("GET", `/events/${id}`) : buildRequest("POST", `/stream/${id}`),
      opening: "o\n",
      send: buildRequest("POST", `/send/${id}`, payload),
      frame: events ? `data: a${payload}\r\n\r\n` : `a${payload}\n`,
    };
  },

  opening: () => ({ request: buildRequest("POST", "/answer/2"), body: /^xx$/ }),
};
