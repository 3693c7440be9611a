import type { Socket } from "node:net";
import { connect, hangUp } from "./connect.ts";
import { HttpAnswers, type HttpAnswerEvents } from "@sockjs-fetch/tests/harness/http-answers";

/** Servers close a connection that is idle for longer, Node after 5 s. */
const LONGEST_IDLE_MS = 3000;

/**
 * One kept-alive HTTP connection with at most one request on it. After a pause, such as the turns of other servers, the next
 * request opens it anew.
 */
export class HttpConnection implements HttpAnswerEvents {
  /** Called at the end of every answer. */
  onEnd: HttpAnswerEvents["end"] = () => {};
  /** Called for every chunk of a chunked answer. */
  onChunk: HttpAnswerEvents["chunk"] = () => {};
  readonly #answers = new HttpAnswers(this);
  readonly #port: number;
  #socket: Socket | undefined;
  #waiting = false;
  #lastUseMs = performance.now();

  private constructor(port: number) {
    this.#port = port;
  }

  static async open(port: number): Promise<HttpConnection> {
    const connection = new HttpConnection(port);
    await connection.#connect();
    return connection;
  }

  /** Whether bodies are kept for `onEnd` and `onChunk`; without, only their sizes are told. */
  set keepBodies(keep: boolean) {
    this.#answers.keep = keep;
  }

  write(request: Buffer): void {
    this.#waiting = true;
    if (performance.now() - this.#lastUseMs > LONGEST_IDLE_MS) this.close();
    if (this.#socket !== undefined) this.#socket.write(request);
    else void this.#connect().then((socket) => socket.write(request)); // a failure ends the run
  }

  /** Sends a request and waits for the whole answer. */
  exchange(request: Buffer): Promise<{ status: number; body: string }> {
    return new Promise((resolve) => {
      this.onEnd = (status, _size, body) => resolve({ status, body });
      this.write(request);
    });
  }

  chunk(size: number, text: string): void {
    this.onChunk(size, text);
  }

  end(status: number, size: number, body: string): void {
    this.#waiting = false;
    this.#lastUseMs = performance.now();
    this.onEnd(status, size, body);
  }

  close(): void {
    if (this.#socket !== undefined) hangUp(this.#socket);
    this.#socket = undefined;
  }

  async #connect(): Promise<Socket> {
    this.#socket = await connect(this.#port, {
      data: (bytes) => this.#answers.push(bytes),
      lost: () => {
        if (this.#waiting)
          throw new Error("Cannot go on: the server has closed an HTTP connection");
        this.#socket = undefined;
      },
    });
    return this.#socket;
  }
}
