import { ServerResponse } from "node:http";

/** Writes the head of an answer whose body's length is known, if it has one. */
export function writeHead(
  response: ServerResponse,
  status: number,
  headers: Readonly<Record<string, string>>,
  contentLength?: number,
): void {
  const list: string[] = [];
  for (const name of Object.keys(headers)) list.push(name, headers[name] ?? "");
  if (contentLength !== undefined) list.push("Content-Length", String(contentLength));
  writeHeadList(response, status, list);
}

/**
 * Writes a head whose headers are names and values in turn. Node takes the list as it is at half the cost of an object; but
 * not where headers have been set before, and middleware that has wrapped `writeHead`, such as on-headers 1.0, reads an
 * object only.
 */
export function writeHeadList(response: ServerResponse, status: number, list: string[]): void {
  const isWrapped = response.writeHead !== ServerResponse.prototype.writeHead;
  if (!isWrapped && response.getHeaderNames().length === 0) {
    response.writeHead(status, list);
    return;
  }
  const headers: Record<string, string | string[]> = {};
  for (let index = 0; index + 1 < list.length; index += 2) {
    const name = list[index] ?? "";
    const value = list[index + 1] ?? "";
    const before = headers[name];
    headers[name] = before === undefined ? value : [before, value].flat();
  }
  response.writeHead(status, headers);
}
