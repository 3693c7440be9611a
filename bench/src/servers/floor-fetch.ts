/** Puts a text into an open response as one chunk. */
export type WriteChunk = (text: string) => void;

/** What a server's `fetch` is but for the WebSockets. */
export type Answer = (request: Request) => Response | Promise<Response> | undefined;

const streams = new Map<string, WriteChunk>();
const parked = new Map<string, (response: Response) => void>();
const texts = new Map<string, string>();

/**
 * The least a `fetch` function can do for the bytes of `floor-node.ts`, at the same paths. `openBody` makes a body that stays
 * open in the way that is cheapest on the runtime. Returns undefined for other paths, which are WebSockets.
 */
export function answerBy(
  openBody: (opened: (write: WriteChunk) => void) => ReadableStream,
): Answer {
  return (request) => {
    const [, , , action, argument = ""] = request.url.split("/");
    switch (action) {
      case "answer":
        return argument === "0" ? request.text().then(noContent) : text(repeat(argument));
      case "send":
        return request.text().then((payload) => {
          streams.get(argument)?.(payload);
          return noContent();
        });
      case "release":
        return request.text().then((payload) => {
          parked.get(argument)?.(text(`a${payload}\n`));
          return noContent();
        });
      case "park":
        return new Promise((resolve) => parked.set(argument, resolve));
      case "stream":
        return stream(argument, "application/javascript; charset=UTF-8", (p) => `a${p}\n`);
      case "events":
        return stream(argument, "text/event-stream", (p) => `data: a${p}\r\n\r\n`);
      default:
        return undefined;
    }
  };

  function stream(id: string, contentType: string, frame: (payload: string) => string): Response {
    const body = openBody((write) => {
      write("o\n");
      streams.set(id, (payload) => write(frame(payload)));
    });
    return new Response(body, { headers: { "Content-Type": contentType } });
  }
}

function noContent(): Response {
  return new Response(null, { status: 204 });
}

function text(body: string): Response {
  return new Response(body, { headers: { "Content-Type": "text/plain; charset=UTF-8" } });
}

function repeat(size: string): string {
  let body = texts.get(size);
  if (body === undefined) texts.set(size, (body = "x".repeat(Number(size))));
  return body;
}
