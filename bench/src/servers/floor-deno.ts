import { announce, readSettings } from "./control.ts";
import { answerBy, type WriteChunk } from "./floor-fetch.ts";

// The least a Deno server can do for the same bytes: `Deno.serve`, and a loop over the sockets, since Deno has no `publish`.

interface DenoSocket {
  onopen: () => void;
  onmessage: (event: { readonly data: string }) => void;
  onclose: () => void;
  send(text: string): void;
}

declare const Deno: {
  serve(
    options: { readonly hostname: string; readonly port: number; readonly onListen: () => void },
    handler: (request: Request) => Response | Promise<Response>,
  ): { readonly addr: { readonly port: number } };
  upgradeWebSocket(
    request: Request,
    options: { readonly idleTimeout: number },
  ): { readonly socket: DenoSocket; readonly response: Response };
};

const { broadcasts } = readSettings();
const sockets = new Set<DenoSocket>();
const encoder = new TextEncoder();
const answer = answerBy(openBody);

const options = { hostname: "127.0.0.1", port: 0, onListen: () => {} };
const server = Deno.serve(options, (request) => answer(request) ?? upgrade(request));
announce(server.addr.port);

function upgrade(request: Request): Response {
  const { socket, response } = Deno.upgradeWebSocket(request, { idleTimeout: 0 });
  if (broadcasts) {
    socket.onopen = () => sockets.add(socket);
    socket.onclose = () => sockets.delete(socket);
    socket.onmessage = ({ data }) => sockets.forEach((other) => other.send(data));
  } else {
    socket.onmessage = ({ data }) => socket.send(data);
  }
  return response;
}

/** A body that stays open. Deno takes bytes alone. */
function openBody(opened: (write: WriteChunk) => void): ReadableStream<Uint8Array> {
  return new ReadableStream<Uint8Array>({
    start(controller) {
      opened((text) => controller.enqueue(encoder.encode(text)));
    },
  });
}
