import type { HttpConnection } from "../driver/http-connection.ts";

/** How a kind of server wants its bytes. All requests are built before anything is measured. */
export interface Dialect {
  readonly websocket: WebSocketDialect;
  /** Opens a polling session on a connection of its own. */
  openPolling(connection: HttpConnection, id: string, message: string): Promise<PollingSession>;
  /** Names the requests of a streaming session, where the server has that transport. */
  streaming(
    transport: StreamingTransport,
    id: string,
    message: string,
  ): StreamingSession | undefined;
  /** The request that opens a polling session, and the body of its answer. */
  opening(id: string): { readonly request: Buffer; readonly body: RegExp };
}

export type StreamingTransport = "xhr-streaming" | "eventsource";

export interface WebSocketDialect {
  readonly path: (id: string) => string;
  /** The first message of a session; undefined where the server sends none. */
  readonly opening: RegExp | undefined;
  /** The message as it goes to the server. */
  readonly encode: (message: string) => string;
  /** The message as it comes back, alone. */
  readonly answer: (message: string) => string;
  /** Size of an answer that carries n of these messages: fixed + n × each. */
  readonly answerSize: (message: string) => FrameSize;
  /** Messages that the server's heartbeat wants answered; a WebSocket's own pings always are. */
  readonly heartbeat?: { readonly ping: string; readonly pong: string };
}

export interface FrameSize {
  readonly fixed: number;
  readonly each: number;
}

export interface PollingSession extends PollingExchange {
  /** Status of the answer to each send. */
  readonly sendStatus: number;
  /** The same for a poll that waits for the send. Only a floor has another one for that. */
  readonly parked: PollingExchange;
  /** What an idle session requests, one after the other, over and over: polls, and answers to heartbeats. */
  readonly idle: readonly Buffer[];
}

/** The requests that carry a message there and back. */
export interface PollingExchange {
  /** Waits for a frame. */
  readonly poll: Buffer;
  /** Carries one message to the server. */
  readonly send: Buffer;
  /** Body of the answer to the poll that brings the message back. */
  readonly answer: string;
}

export interface StreamingSession {
  /** Opens the stream. */
  readonly open: Buffer;
  /** Everything the stream brings before the first message. */
  readonly opening: string;
  /** Carries one message to the server. */
  readonly send: Buffer;
  /** The chunk that brings the message back. */
  readonly frame: string;
}
