import type { Socket } from "node:net";
import { header, parseHead } from "@sockjs-fetch/tests/harness/http-head";
import {
  acceptValue,
  encodeHandshake,
  HANDSHAKE_HEADERS,
  WEBSOCKET_KEY,
} from "@sockjs-fetch/tests/harness/websocket-handshake";
import { connect, hangUp } from "./connect.ts";
import {
  buildFrame,
  CLOSE,
  FrameReader,
  PING,
  PONG,
} from "@sockjs-fetch/tests/harness/websocket-frames";

const HEAD_END = Buffer.from("\r\n\r\n");
const UPGRADE = {
  headers: { ...HANDSHAKE_HEADERS, Host: "127.0.0.1", Origin: "http://127.0.0.1" },
};
const ACCEPTED = acceptValue(WEBSOCKET_KEY);

/** One WebSocket on a bare connection; it answers pings, and nothing else by itself. */
export class RawWebSocket {
  /** Called for every message with the size of its payload, and its text while `keepTexts` is on. */
  onMessage: (size: number, text: string) => void = () => {};
  readonly #frames = new FrameReader((opcode, size, payload) =>
    this.#receive(opcode, size, payload),
  );
  #socket: Socket | undefined;
  #head: Buffer | undefined = Buffer.alloc(0);
  #accepted: () => void = () => {};

  /** Opens a WebSocket and waits until the server has accepted it and sent its first message, if it has one. */
  static async open(
    port: number,
    path: string,
    opening: RegExp | undefined,
  ): Promise<RawWebSocket> {
    const websocket = new RawWebSocket();
    const opened = websocket.#waitForOpening(opening);
    websocket.#socket = await connect(port, {
      data: (bytes) => websocket.#read(bytes),
      lost: () => {
        throw new Error("Cannot go on: the server has closed a WebSocket");
      },
    });
    websocket.write(Buffer.from(encodeHandshake(path, UPGRADE)));
    await opened;
    return websocket;
  }

  /** Whether texts are kept for `onMessage`; without, only their sizes are told. */
  set keepTexts(keep: boolean) {
    this.#frames.keep = keep;
  }

  write(frames: Buffer): void {
    this.#socket?.write(frames);
  }

  close(): void {
    if (this.#socket !== undefined) hangUp(this.#socket);
  }

  #waitForOpening(opening: RegExp | undefined): Promise<void> {
    return new Promise((resolve, reject) => {
      if (opening === undefined) this.#accepted = resolve;
      this.onMessage = (_size, text) => {
        if (opening?.test(text) === true) resolve();
        else
          reject(
            new Error(`Cannot open a WebSocket: its first message was ${JSON.stringify(text)}`),
          );
      };
    });
  }

  #read(bytes: Buffer): void {
    if (this.#head === undefined) return this.#frames.push(bytes);
    const head = Buffer.concat([this.#head, bytes]);
    const end = head.indexOf(HEAD_END);
    if (end < 0) {
      this.#head = head;
      return;
    }
    const text = head.toString("latin1", 0, end);
    const answer = parseHead(text);
    if (answer.status !== 101 || header(answer, "sec-websocket-accept") !== ACCEPTED)
      throw new Error(`Cannot open a WebSocket: the server answered ${JSON.stringify(text)}`);
    this.#head = undefined;
    this.#accepted();
    this.#frames.push(head.subarray(end + HEAD_END.length));
  }

  #receive(opcode: number, size: number, payload: Buffer): void {
    if (opcode === PING) this.write(buildFrame(PONG, payload));
    else if (opcode === CLOSE) throw new Error("Cannot go on: the server has sent a close frame");
    else if (opcode !== PONG) this.onMessage(size, payload.toString("latin1"));
  }
}
