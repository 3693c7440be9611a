import { bodyEndOf, parseChunkSize, parseHead, type BodyEnd } from "./http-head.ts";

/** What a reader of HTTP answers reports. Texts are given only while `keep` is set, else they are empty. */
export interface HttpAnswerEvents {
  /** One chunk of a chunked body. */
  chunk(size: number, text: string): void;
  /** The end of an answer. */
  end(status: number, bodySize: number, body: string): void;
}

type State = "head" | "fixed" | "chunk-size" | "chunk" | "last-chunk";

const HEAD_END = Buffer.from("\r\n\r\n");
const LINE_END = Buffer.from("\r\n");

/**
 * Reads HTTP/1.1 answers off one connection as their bytes come. It counts rather than copies, for the bench: what it does per
 * answer is part of what a server's message costs there.
 */
export class HttpAnswers {
  /** Whether bodies are kept and reported; for samples that are compared. */
  keep = true;
  readonly #events: HttpAnswerEvents;
  #state: State = "head";
  #unread: Buffer | undefined;
  #headText = "";
  #status = 0;
  #bodyEnd: BodyEnd = { by: "nothing" };
  #left = 0;
  #chunkSize = 0;
  #bodySize = 0;
  #chunkText = "";
  #body = "";

  constructor(events: HttpAnswerEvents) {
    this.#events = events;
  }

  push(bytes: Buffer): void {
    const data = this.#unread === undefined ? bytes : Buffer.concat([this.#unread, bytes]);
    this.#unread = undefined;
    let at = 0;
    while (at < data.length) {
      const next = this.#step(data, at);
      if (next === at) {
        this.#unread = Buffer.from(data.subarray(at));
        return;
      }
      at = next;
    }
  }

  /** Returns where reading goes on; the same place means that more bytes are needed. */
  #step(data: Buffer, at: number): number {
    if (this.#state === "head") {
      const end = data.indexOf(HEAD_END, at);
      if (end < 0) return at;
      this.#readHead(data.toString("latin1", at, end));
      return end + HEAD_END.length;
    }
    if (this.#state === "chunk-size") {
      const end = data.indexOf(LINE_END, at);
      if (end < 0) return at;
      this.#chunkSize = parseChunkSize(data.toString("latin1", at, end));
      this.#left = this.#chunkSize + 2; // and its CR LF
      this.#state = this.#chunkSize === 0 ? "last-chunk" : "chunk";
      return end + LINE_END.length;
    }
    const taken = Math.min(this.#left, data.length - at);
    if (this.keep) this.#chunkText += data.toString("latin1", at, at + taken);
    this.#left -= taken;
    if (this.#left === 0) this.#finishPart();
    return at + taken;
  }

  #readHead(text: string): void {
    this.#bodySize = 0;
    if (text !== this.#headText) this.#parseHead(text);
    switch (this.#bodyEnd.by) {
      case "nothing":
        return this.#endAnswer();
      case "chunks":
        this.#state = "chunk-size";
        return;
      case "length":
        this.#state = "fixed";
        this.#left = this.#bodySize = this.#bodyEnd.length;
        if (this.#left === 0) this.#endAnswer();
    }
  }

  /** Most answers on a connection have the head of the one before, which need not be parsed again. */
  #parseHead(text: string): void {
    const head = parseHead(text);
    const end = bodyEndOf(head);
    if (end.by === "connection")
      throw new Error(`Cannot read answer: its end is not marked: ${JSON.stringify(text)}`);
    this.#headText = text;
    this.#status = head.status;
    this.#bodyEnd = end;
  }

  #finishPart(): void {
    if (this.#state === "chunk") {
      const text = this.#chunkText.slice(0, -2);
      this.#chunkText = "";
      this.#body += text;
      this.#bodySize += this.#chunkSize;
      this.#state = "chunk-size";
      this.#events.chunk(this.#chunkSize, text);
    } else {
      if (this.#state === "fixed") this.#body = this.#chunkText;
      this.#endAnswer();
    }
  }

  #endAnswer(): void {
    const body = this.#body;
    this.#state = "head";
    this.#body = this.#chunkText = "";
    this.#events.end(this.#status, this.#bodySize, body);
  }
}
