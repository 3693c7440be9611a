import { connectBytes, type ByteConnection } from "./byte-connection.ts";
import type { Head } from "./http-head.ts";
import type { ReceivingTransport } from "./receiving-transports.ts";
import { readAnswer, writeRequest } from "./request.ts";

/** Asks for frames and resolves as soon as the request is written: on a poll nothing may come for a long time. */
export async function openReceiver(
  port: number,
  transport: ReceivingTransport,
  session: string,
  query = "",
): Promise<Receiver> {
  const connection = await connectBytes(port);
  const parameters = [transport.query, query].filter((part) => part !== "").join("&");
  const path = `${session}/${transport.segment}${parameters === "" ? "" : `?${parameters}`}`;
  await writeRequest(connection, path, {
    method: transport.method,
    headers: transport.method === "POST" ? { "Content-Length": "0" } : {},
  });
  return new Receiver(connection, transport);
}

/** One receiving request: its head, its prelude, its frames, each checked to be exactly one chunk (or one whole body). */
export class Receiver {
  readonly connection: ByteConnection;
  readonly transport: ReceivingTransport;
  #head: Head | undefined;

  constructor(connection: ByteConnection, transport: ReceivingTransport) {
    this.connection = connection;
    this.transport = transport;
  }

  /** Reads the next frame, after the head and the prelude when it is the first. A poll has only one. */
  async readFrame(): Promise<string> {
    if (!this.transport.streaming) return this.#readPoll();
    if (!this.#head) await this.readPrelude();
    return this.transport.decode(await this.connection.readChunk());
  }

  /** Reads head and prelude of a streaming response. */
  async readPrelude(): Promise<Head> {
    const head = await this.connection.readHead();
    this.#head = head;
    expectReceiving(head, this.transport);
    const chunk = await this.connection.readChunk();
    if (!this.transport.prelude.test(chunk)) {
      throw new Error(
        `Cannot find the prelude of ${this.transport.name} in ${JSON.stringify(chunk.slice(0, 80))}`,
      );
    }
    return head;
  }

  /** Reads the end of a streaming response: the last chunk, with nothing before it. */
  async readEnd(): Promise<void> {
    if (!this.transport.streaming) return;
    const chunk = await this.connection.readChunk();
    if (chunk !== "")
      throw new Error(`Cannot find the end of the response: ${JSON.stringify(chunk)} came`);
  }

  /** Reads frames until the response ends; gives all of them. */
  async readFrames(): Promise<readonly string[]> {
    if (!this.transport.streaming) return [await this.#readPoll()];
    if (!this.#head) await this.readPrelude();
    const frames: string[] = [];
    for (;;) {
      const chunk = await this.connection.readChunk();
      if (chunk === "") return frames;
      frames.push(this.transport.decode(chunk));
    }
  }

  async #readPoll(): Promise<string> {
    const answer = await readAnswer(this.connection);
    this.connection.close();
    expectReceiving(answer, this.transport);
    return this.transport.decode(answer.body);
  }
}

function expectReceiving(head: Head, transport: ReceivingTransport): void {
  if (head.status !== 200)
    throw new Error(`Cannot receive by ${transport.name}: status ${head.status}`);
}
