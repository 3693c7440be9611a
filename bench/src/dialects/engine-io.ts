import type { Dialect } from "./dialect.ts";
import { buildRequest } from "./request.ts";

// Engine.IO protocol, revision 4: a packet is its type as one digit, and its data.

const MESSAGE = "4";
const PING = "2";
const PONG = "3";
const HANDSHAKE = /^0\{"sid":"([\w-]+)",.*\}$/;

/** engine.io under its usual path. The session's id is the server's choice. */
export const engineIoDialect: Dialect = {
  websocket: {
    path: () => "/engine.io/?EIO=4&transport=websocket",
    opening: HANDSHAKE,
    encode: encodeMessage,
    answer: encodeMessage,
    answerSize: (message) => ({ fixed: 0, each: Buffer.byteLength(encodeMessage(message)) }),
    heartbeat: { ping: PING, pong: PONG },
  },

  async openPolling(connection, _id, message) {
    const { body } = await connection.exchange(buildRequest("GET", pathOf()));
    const sid = HANDSHAKE.exec(body)?.[1];
    if (sid === undefined) {
      throw new Error(`Cannot open a session: the handshake brought ${JSON.stringify(body)}`);
    }
    const poll = buildRequest("GET", pathOf(sid));
    const send = buildRequest("POST", pathOf(sid), encodeMessage(message));
    const answer = encodeMessage(message);
    return {
      poll,
      send,
      sendStatus: 200,
      answer,
      parked: { poll, send, answer },
      idle: [poll, buildRequest("POST", pathOf(sid), PONG)],
    };
  },

  streaming: () => undefined,

  opening: () => ({ request: buildRequest("GET", pathOf()), body: HANDSHAKE }),
};

function encodeMessage(message: string): string {
  return MESSAGE + message;
}

function pathOf(sid?: string): string {
  return `/engine.io/?EIO=4&transport=polling${sid === undefined ? "" : `&sid=${sid}`}`;
}
