import type { OutgoingHttpHeaders, ServerHttp2Stream } from "node:http2";
import { andThen, type InnerServer, type Reply, type TextReply } from "@sockjs-fetch/core/adapter";
import { ignore } from "../http/adopt-socket.ts";
import { headersOf, writeBody } from "../http/write-response.ts";
import { cut, Http2Incoming, isGone, type Http2Request } from "./http2-incoming.ts";
import { Http2Sink } from "./http2-sink.ts";

/** Answers a request by HTTP/2 by our own server. `canUpgrade` tells whether WebSockets may come by HTTP/1.1. */
export function handleStream(
  server: InnerServer,
  request: Http2Request,
  target: string,
  canUpgrade: boolean,
): void {
  const { stream, headers } = request;
  stream.on("error", ignore); // a stream that its browser resets may say so
  if (isGone(stream)) return;
  if (headers.expect === "100-continue") stream.additionalHeaders({ ":status": 100 });
  void andThen(server.handle(new Http2Incoming(request, target, canUpgrade)), (reply) =>
    writeReply(server, stream, reply),
  );
}

function writeReply(server: InnerServer, stream: ServerHttp2Stream, reply: Reply): void {
  // Drops a body that nobody reads. Without that Node, up to version 24, keeps a stream that its browser has reset in good order, and with it
  // the whole connection, for as long as the process lives.
  stream.resume();
  switch (reply.kind) {
    case "text":
      if (!isGone(stream)) writeText(stream, reply);
      break;
    case "frames":
      if (isGone(stream)) reply.source.interrupted();
      else reply.source.start(new Http2Sink(stream, reply));
      break;
    case "response":
      void writeResponseSafely(stream, reply.response, (error) => server.fail(error));
      break;
    case "upgraded": // no stream is upgraded
  }
}

function writeText(stream: ServerHttp2Stream, { status, body, ...reply }: TextReply): void {
  const { Connection: _ofHttp1, ...headers } = reply.headers; // see CONNECTION_HEADERS
  if (body === null) {
    stream.respond({ ...headers, ":status": status }, { endStream: true });
    return;
  }
  const length = Buffer.byteLength(body);
  stream.respond({ ...headers, "Content-Length": length, ":status": status });
  if (!stream.writableEnded) stream.end(body); // Node has ended it where the method is HEAD
}

/** Writes a `Response` to a stream. Never rejects: what cannot be written is answered by 500, or cut off, and told. */
async function writeResponseSafely(
  stream: ServerHttp2Stream,
  response: Response,
  onError: (error: unknown) => void,
): Promise<void> {
  try {
    const reader = response.body?.getReader();
    const cancel = (): unknown => reader?.cancel().catch(() => {}); // its source may throw at that
    if (isGone(stream)) {
      cancel();
      return;
    }
    const headers: OutgoingHttpHeaders = { ":status": response.status };
    for (const [name, value] of headersOf(response)) {
      if (CONNECTION_HEADERS.has(name)) continue;
      const before = headers[name];
      headers[name] = before === undefined ? value : [before, value].flat().map(String);
    }
    stream.respond(headers, { endStream: reader === undefined });
    if (stream.writableEnded) cancel();
    else if (reader !== undefined) await writeBody(stream, reader);
  } catch (error) {
    if (error !== undefined) onError(error);
    if (isGone(stream)) return;
    if (stream.headersSent) {
      cut(stream);
    } else {
      stream.respond({ ":status": 500, "content-type": "text/plain; charset=UTF-8" });
      stream.end("Internal server error\n");
    }
  }
}

/** What belongs to a connection of HTTP/1.1, and must not be in a message of HTTP/2 (RFC 9113, section 8.2.2). */
const CONNECTION_HEADERS: ReadonlySet<string> = new Set([
  "connection",
  "http2-settings",
  "keep-alive",
  "proxy-connection",
  "transfer-encoding",
  "upgrade",
]);
