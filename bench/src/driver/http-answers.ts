/** What a reader of HTTP answers reports. Texts are given only while `keep` is set, else they are empty. */
export interface HttpAnswerEvents {
  /** One chunk of a chunked body. */
  chunk(size: number, text: string): void;
  /** The end of an answer. */
  end(status: number, bodySize: number, body: string): void;
}

type State = "head" | "fixed" | "chunk-size" | "chunk" | "last-chunk";

const HEAD_END = Buffer.from("\r\n\r\n");
const LF = 10;

/** Reads HTTP/1.1 answers off one connection. It counts rather than copies: what it does per answer is what a server costs us. */
export class HttpAnswers {
  /** Whether bodies are kept and reported; for samples that are compared. */
  keep = true;
  readonly #events: HttpAnswerEvents;
  #state: State = "head";
  #unread: Buffer | undefined;
  #status = 0;
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
      const end = data.indexOf(LF, at);
      if (end < 0) return at;
      this.#chunkSize = Number.parseInt(data.toString("latin1", at, end), 16);
      this.#left = this.#chunkSize + 2; // and its CR LF
      this.#state = this.#chunkSize === 0 ? "last-chunk" : "chunk";
      return end + 1;
    }
    const taken = Math.min(this.#left, data.length - at);
    if (this.keep) this.#chunkText += data.toString("latin1", at, at + taken);
    this.#left -= taken;
    if (this.#left === 0) this.#finishPart();
    return at + taken;
  }

  #readHead(head: string): void {
    this.#status = Number(head.slice(9, 12));
    this.#bodySize = 0;
    if (this.#status === 204) return this.#endAnswer();
    if (/^transfer-encoding: *chunked/im.test(head)) {
      this.#state = "chunk-size";
      return;
    }
    const length = /^content-length: *(\d+)/im.exec(head)?.[1];
    if (length === undefined)
      throw new Error(`Cannot read answer: its end is not marked: ${JSON.stringify(head)}`);
    this.#state = "fixed";
    this.#left = this.#bodySize = Number(length);
    if (this.#left === 0) this.#endAnswer();
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
