import { connect as connectSocket, type Socket } from "node:net";
import { ANSWER_DEADLINE_MS, within } from "./deadline.ts";
import { parseChunkSize, parseHead, type Head } from "./http-head.ts";

/** How the server ended a connection: an orderly FIN, or a reset that may have destroyed bytes under way. */
export type ConnectionEnd = "FIN" | "RST";

/** What was left on a connection when the server ended it. */
export interface Remainder {
  readonly text: string;
  readonly end: ConnectionEnd;
  /** Milliseconds between the last byte and the end. */
  readonly endedAfterMs: number;
}

/** Connects to the fixture server on `port`. */
export async function connectBytes(port: number): Promise<ByteConnection> {
  const socket = connectSocket({ port, host: "127.0.0.1", allowHalfOpen: true, noDelay: true });
  const connected = new Promise<void>((resolve, reject) => {
    socket.once("connect", resolve);
    socket.once("error", reject);
  });
  await within(connected, ANSWER_DEADLINE_MS, `a connection to port ${port}`);
  return new ByteConnection(socket);
}

/**
 * One TCP connection, written and read byte by byte, so that a test sees what no HTTP library shows: the borders of HTTP
 * chunks, segments, and whether the server ended with FIN or RST. Every read has a deadline of one second.
 */
export class ByteConnection {
  readonly #socket: Socket;
  readonly #waiting = new Set<() => void>();
  /** What has come and has not been read; joined when it is looked at. */
  #pieces: Buffer[] = [];
  #unreadCount = 0;
  #lastByteAt = performance.now();
  #end: { readonly by: ConnectionEnd; readonly at: number } | undefined;

  constructor(socket: Socket) {
    this.#socket = socket;
    socket.on("data", (bytes) => {
      this.#pieces.push(bytes);
      this.#unreadCount += bytes.length;
      this.#lastByteAt = performance.now();
      this.#wake();
    });
    socket.on("end", () => this.#finish("FIN"));
    socket.on("error", () => this.#finish("RST"));
  }

  /** Writes bytes (a string as UTF-8); resolves when the operating system has taken them, so that the next call is a segment of its own. */
  write(bytes: string | Uint8Array): Promise<void> {
    return new Promise((resolve) => {
      this.#socket.write(bytes, () => resolve());
    });
  }

  /** Reads the head of an answer. */
  async readHead(): Promise<Head> {
    const bytes = await this.#read("the head of an answer", () => this.#takeUntil("\r\n\r\n"));
    return parseHead(bytes.toString("latin1"));
  }

  /** Reads exactly one HTTP chunk and gives its content; the empty string is the last chunk (`0\r\n\r\n`). */
  async readChunk(): Promise<string> {
    const sizeLine = await this.#read("a chunk's size", () => this.#takeUntil("\r\n"));
    const size = parseChunkSize(sizeLine.toString("latin1"));
    const content = await this.readBytes(size + 2);
    if (content.subarray(size).toString("latin1") !== "\r\n") {
      throw new Error(
        `Cannot find the end of a chunk of ${size} bytes: ${JSON.stringify(content.toString())}`,
      );
    }
    return content.subarray(0, size).toString();
  }

  /** Reads exactly `size` bytes. */
  readBytes(size: number): Promise<Buffer> {
    return this.#read(`${size} bytes`, () =>
      this.#unreadCount >= size ? this.#take(size) : undefined,
    );
  }

  /** Reads through the next occurrence of `text`. */
  async readThrough(text: string): Promise<string> {
    const bytes = await this.#read(JSON.stringify(text), () => this.#takeUntil(text));
    return `${bytes.toString()}${text}`;
  }

  /** Reads whatever comes until the server ends the connection, and tells how it ended. */
  async readRemainder(deadlineMs: number = ANSWER_DEADLINE_MS): Promise<Remainder> {
    const end = await this.#wait("the end of the connection", () => this.#end, deadlineMs);
    const text = this.#take(this.#unreadCount).toString();
    return { text, end: end.by, endedAfterMs: end.at - this.#lastByteAt };
  }

  /** What has come and has not been read. */
  get unread(): string {
    return this.#unread.toString();
  }

  /** Whether the server has ended the connection. */
  get ended(): boolean {
    return this.#end !== undefined;
  }

  /** Stops taking bytes from the operating system, as a browser does that cannot keep up. */
  pause(): void {
    this.#socket.pause();
  }

  /** Takes what has piled up since `pause`, and goes on. */
  resume(): void {
    this.#socket.resume();
  }

  /** From now on takes so many bytes a second, steadily, as over a slow network. */
  slowDown(bytesPerSecond: number): void {
    const start = performance.now();
    let bytes = 0;
    this.#socket.on("data", (chunk: Buffer) => {
      bytes += chunk.length;
      const aheadMs = (bytes / bytesPerSecond) * 1000 - (performance.now() - start);
      if (aheadMs <= 1) return;
      this.#socket.pause();
      setTimeout(() => this.#socket.resume(), aheadMs);
    });
  }

  /** How many bytes have come and have not been read. */
  get unreadCount(): number {
    return this.#unreadCount;
  }

  /** Closes in good order; FIN is on its way when this returns. */
  close(): void {
    this.#socket.destroy();
  }

  /** Closes with a reset; RST is on its way when this returns. */
  reset(): void {
    this.#socket.resetAndDestroy();
  }

  /** Sends FIN and goes on reading; resolves when FIN is on its way. */
  halfClose(): Promise<void> {
    return new Promise((resolve) => {
      this.#socket.end(() => resolve());
    });
  }

  get #unread(): Buffer {
    if (this.#pieces.length !== 1) this.#pieces = [Buffer.concat(this.#pieces)];
    return this.#pieces[0] ?? Buffer.alloc(0);
  }

  #finish(by: ConnectionEnd): void {
    this.#end ??= { by, at: performance.now() };
    this.#wake();
  }

  #wake(): void {
    for (const resolve of this.#waiting) resolve();
    this.#waiting.clear();
  }

  #takeUntil(delimiter: string): Buffer | undefined {
    const index = this.#unread.indexOf(delimiter);
    if (index < 0) return undefined;
    return this.#take(index + delimiter.length).subarray(0, index);
  }

  #take(size: number): Buffer {
    const unread = this.#unread;
    this.#pieces = [unread.subarray(size)];
    this.#unreadCount = unread.length - size;
    return unread.subarray(0, size);
  }

  #read(what: string, attempt: () => Buffer | undefined): Promise<Buffer> {
    return this.#wait(what, () => {
      const taken = attempt();
      if (taken || !this.#end) return taken;
      throw new Error(
        `Cannot read ${what}: ${this.#end.by} from the server after ${this.#describeUnread()}`,
      );
    });
  }

  #wait<T>(
    what: string,
    attempt: () => T | undefined,
    deadlineMs = ANSWER_DEADLINE_MS,
  ): Promise<T> {
    const poll = async (): Promise<T> => {
      for (;;) {
        const value = attempt();
        if (value !== undefined) return value;
        await new Promise<void>((resolve) => this.#waiting.add(resolve));
      }
    };
    return within(poll(), deadlineMs, () => `${what}, only ${this.#describeUnread()}`);
  }

  #describeUnread(): string {
    const text = this.unread;
    return text.length > 400
      ? `${JSON.stringify(text.slice(0, 400))}… (${text.length})`
      : JSON.stringify(text);
  }
}
