import type { Socket } from "node:net";
import { connect, hangUp } from "./connect.ts";
import { HttpAnswers, type HttpAnswerEvents } from "./http-answers.ts";

/** One kept-alive HTTP connection with at most one request on it. */
export class HttpConnection implements HttpAnswerEvents {
  /** Called at the end of every answer. */
  onEnd: HttpAnswerEvents["end"] = () => {};
  /** Called for every chunk of a chunked answer. */
  onChunk: HttpAnswerEvents["chunk"] = () => {};
  readonly #answers = new HttpAnswers(this);
  #socket: Socket | undefined;

  static async open(port: number): Promise<HttpConnection> {
    const connection = new HttpConnection();
    connection.#socket = await connect(port, {
      data: (bytes) => connection.#answers.push(bytes),
      lost: () => {
        throw new Error("Cannot go on: the server has closed an HTTP connection");
      },
    });
    return connection;
  }

  /** Whether bodies are kept for `onEnd` and `onChunk`; without, only their sizes are told. */
  set keepBodies(keep: boolean) {
    this.#answers.keep = keep;
  }

  write(request: Buffer): void {
    this.#socket?.write(request);
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
    this.onEnd(status, size, body);
  }

  close(): void {
    if (this.#socket !== undefined) hangUp(this.#socket);
  }
}
