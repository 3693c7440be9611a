import { onTestFinished } from "vitest";
import { connectBytes, type ByteConnection } from "../../../../tests/harness/byte-connection.ts";
import { header, type Head } from "../../../../tests/harness/http-head.ts";

/** Opens a connection that ends with the test. */
export async function connectRaw(port: number): Promise<ByteConnection> {
  const connection = await connectBytes(port);
  onTestFinished(() => connection.close());
  return connection;
}

/** What a request is made of; a body brings its `Content-Length`. */
export interface RawRequest {
  readonly headers?: readonly string[];
  readonly body?: string;
}

/** The bytes of a request. */
export function rawRequest(method: string, target: string, request: RawRequest = {}): string {
  const { headers = [], body } = request;
  const length = body === undefined ? [] : [`Content-Length: ${Buffer.byteLength(body)}`];
  const lines = [`${method} ${target} HTTP/1.1`, "Host: localhost", ...headers, ...length];
  return `${lines.join("\r\n")}\r\n\r\n${body ?? ""}`;
}

/** The headers of an opening handshake. */
export const HANDSHAKE: readonly string[] = [
  "Connection: Upgrade",
  "Upgrade: websocket",
  "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
  "Sec-WebSocket-Version: 13",
];

/** The headers by which a client offers HTTP/2, as Java's does with each request. */
export const OFFER_H2C: readonly string[] = [
  "Connection: Upgrade, HTTP2-Settings",
  "Upgrade: h2c",
  "HTTP2-Settings: AAEAAEAAAAIAAAABAAMAAABkAAQBAAAAAAUAAEAA",
];

/** An answer whose body has a length, or is in chunks. */
export interface RawAnswer {
  readonly status: number;
  readonly body: string;
  readonly head: Head;
}

/** Reads one whole answer. */
export async function readAnswer(connection: ByteConnection): Promise<RawAnswer> {
  const head = await connection.readHead();
  const length = header(head, "content-length");
  if (length !== undefined) {
    const body = (await connection.readBytes(Number(length))).toString();
    return { status: head.status, body, head };
  }
  let body = "";
  if (header(head, "transfer-encoding") === "chunked") {
    for (let chunk = await connection.readChunk(); chunk !== "";) {
      body += chunk;
      chunk = await connection.readChunk();
    }
  }
  return { status: head.status, body, head };
}

/** Sends one request on a connection of its own and reads its answer. */
export async function ask(
  port: number,
  method: string,
  target: string,
  request?: RawRequest,
): Promise<RawAnswer> {
  const connection = await connectRaw(port);
  await connection.write(rawRequest(method, target, request));
  return readAnswer(connection);
}
