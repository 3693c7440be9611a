import { announce, readSettings } from "./control.ts";
import { answerBy, type WriteChunk } from "./floor-fetch.ts";

// The least a Bun server can do for the same bytes: `Bun.serve`, its own `publish`, and "direct" streams, which cost less there
// than those that queue.

interface BunSocket {
  sendText(text: string): number;
  subscribe(topic: string): void;
}

interface BunServer {
  readonly port: number;
  upgrade(request: Request): boolean;
  publish(topic: string, text: string): number;
}

interface DirectController {
  write(text: string): number;
  flush(): void;
}

declare const Bun: {
  serve(options: {
    readonly hostname: string;
    readonly port: number;
    readonly idleTimeout: number;
    readonly fetch: (request: Request) => Response | Promise<Response> | undefined;
    readonly websocket: {
      readonly idleTimeout: number;
      readonly sendPings: boolean;
      readonly perMessageDeflate: boolean;
      open(socket: BunSocket): void;
      message(socket: BunSocket, message: string): void;
    };
  }): BunServer;
};

const TOPIC = "all";
const { broadcasts } = readSettings();
const answer = answerBy(openDirectBody);

const server = Bun.serve({
  hostname: "127.0.0.1",
  port: 0,
  idleTimeout: 0, // in place of 10 s, after which Bun would close streams and parked requests
  fetch(request) {
    const answered = answer(request);
    if (answered !== undefined) return answered;
    return server.upgrade(request) ? undefined : new Response(null, { status: 404 });
  },
  websocket: {
    idleTimeout: 0,
    sendPings: false,
    perMessageDeflate: false,
    open(socket) {
      if (broadcasts) socket.subscribe(TOPIC);
    },
    message(socket, message) {
      if (broadcasts) server.publish(TOPIC, message);
      else socket.sendText(message);
    },
  },
});
announce(server.port);

/** A body that Bun takes each write of as it comes: it ends with the process. */
function openDirectBody(opened: (write: WriteChunk) => void): ReadableStream {
  const source = {
    type: "direct",
    pull(controller: DirectController): Promise<never> {
      opened((text) => {
        controller.write(text);
        controller.flush();
      });
      return new Promise(() => {});
    },
  };
  return new ReadableStream(source as unknown as ConstructorParameters<typeof ReadableStream>[0]); // only Bun knows the type
}
