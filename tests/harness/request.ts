import { connectBytes, type ByteConnection } from "./byte-connection.ts";
import { bodyEndOf, type Head } from "./http-head.ts";

/** What a request consists of; everything may be left out. */
export interface RequestParts {
  readonly method?: string;
  /** Sent in this order and spelling. `Host`, and `Content-Length` for a body, are added unless given here. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
  readonly httpVersion?: "1.0" | "1.1";
}

/** An answer with its body, decoded from chunks and from UTF-8. */
export interface Answer extends Head {
  readonly body: string;
}

/** The bytes of a request's head, closing empty line included. */
export function encodeHead(path: string, parts: RequestParts = {}): string {
  const { method = "GET", headers = {}, body, httpVersion = "1.1" } = parts;
  const given = Object.keys(headers).map((name) => name.toLowerCase());
  const lines = [`${method} ${path} HTTP/${httpVersion}`];
  if (!given.includes("host")) lines.push("Host: localhost");
  for (const [name, value] of Object.entries(headers)) lines.push(`${name}: ${value}`);
  if (body !== undefined && !given.includes("content-length")) {
    lines.push(`Content-Length: ${Buffer.byteLength(body)}`);
  }
  return `${lines.join("\r\n")}\r\n\r\n`;
}

/** Writes one request to an open connection, head and body in one segment. */
export async function writeRequest(
  connection: ByteConnection,
  path: string,
  parts: RequestParts = {},
): Promise<void> {
  const head = Buffer.from(encodeHead(path, parts), "latin1");
  await connection.write(Buffer.concat([head, Buffer.from(parts.body ?? "")]));
}

/** Reads one answer to the end of its body, however its length is given. */
export async function readAnswer(connection: ByteConnection, method = "GET"): Promise<Answer> {
  const head = await connection.readHead();
  return { ...head, body: await readBody(connection, head, method) };
}

/** Asks on a connection of its own, reads the whole answer and closes. */
export async function request(
  port: number,
  path: string,
  parts: RequestParts = {},
): Promise<Answer> {
  const connection = await connectBytes(port);
  try {
    await writeRequest(connection, path, parts);
    return await readAnswer(connection, parts.method);
  } finally {
    connection.close();
  }
}

/** Asks on a connection of its own and reads no further than the head; the caller closes the connection. */
export async function openResponse(
  port: number,
  path: string,
  parts: RequestParts = {},
): Promise<{ readonly connection: ByteConnection; readonly head: Head }> {
  const connection = await connectBytes(port);
  await writeRequest(connection, path, parts);
  return { connection, head: await connection.readHead() };
}

/** The head of an answer, on a connection of its own that is closed at once. */
export async function requestHead(
  port: number,
  path: string,
  parts: RequestParts = {},
): Promise<Head> {
  const { connection, head } = await openResponse(port, path, parts);
  connection.close();
  return head;
}

/** The head of the answer to a request without a body; a POST says that it has none. */
export function requestBodiless(
  port: number,
  path: string,
  method: string,
  headers: Readonly<Record<string, string>>,
): Promise<Head> {
  const length = method === "POST" ? { "Content-Length": "0" } : {};
  return requestHead(port, path, { method, headers: { ...headers, ...length } });
}

/** The status of the answer to such a request. */
export async function statusOf(
  port: number,
  path: string,
  method: string,
  headers: Readonly<Record<string, string>>,
): Promise<number> {
  return (await requestBodiless(port, path, method, headers)).status;
}

async function readBody(connection: ByteConnection, head: Head, method: string): Promise<string> {
  const end = bodyEndOf(head, method);
  switch (end.by) {
    case "nothing":
      return "";
    case "chunks":
      return readChunks(connection);
    case "length":
      return (await connection.readBytes(end.length)).toString();
    case "connection": {
      const remainder = await connection.readRemainder();
      if (remainder.end === "RST") throw new Error("Cannot trust the body: it ended with RST");
      return remainder.text;
    }
  }
}

async function readChunks(connection: ByteConnection): Promise<string> {
  let body = "";
  for (;;) {
    const chunk = await connection.readChunk();
    if (chunk === "") return body;
    body += chunk;
  }
}
