/** Status line and headers of an answer, as they came: order, spelling and repetitions are kept. */
export interface Head {
  readonly httpVersion: string;
  readonly status: number;
  readonly headers: readonly (readonly [name: string, value: string])[];
}

/** Parses a head without its closing empty line. Throws on anything RFC 9112 does not allow. */
export function parseHead(text: string): Head {
  const [statusLine = "", ...lines] = text.split("\r\n");
  const status = /^HTTP\/(1\.[01]) (\d{3}) ([^\r\n]*)$/.exec(statusLine);
  if (!status) throw new Error(`Cannot parse status line: ${JSON.stringify(statusLine)}`);
  return {
    httpVersion: status[1] ?? "",
    status: Number(status[2]),
    headers: lines.map(parseHeaderLine),
  };
}

/** Every value a header name came with, in order; the name's case does not matter. */
function headerValues(head: Head, name: string): readonly string[] {
  const wanted = name.toLowerCase();
  return head.headers.filter(([key]) => key.toLowerCase() === wanted).map(([, value]) => value);
}

/** The value of a header that came once; `undefined` when it did not come. Throws when it came twice. */
export function header(head: Head, name: string): string | undefined {
  const values = headerValues(head, name);
  if (values.length > 1) {
    throw new Error(`Cannot take one ${name} header: ${values.length} came, ${values.join(" | ")}`);
  }
  return values[0];
}

/** The elements of a header that is a comma-separated list, sorted, so that a test does not depend on their order. */
export function headerList(head: Head, name: string): readonly string[] {
  return (header(head, name) ?? "")
    .split(",")
    .map((element) => element.trim())
    .filter((element) => element !== "")
    .toSorted();
}

/** How the end of an answer's body is marked. */
export type BodyEnd =
  | { readonly by: "nothing" }
  | { readonly by: "chunks" }
  | { readonly by: "length"; readonly length: number }
  | { readonly by: "connection" };

/** Tells how a body ends, RFC 9112 section 6.3; one that ends "by nothing" is not there. */
export function bodyEndOf(head: Head, method = "GET"): BodyEnd {
  if (method === "HEAD" || head.status === 204 || head.status === 304 || head.status < 200)
    return { by: "nothing" };
  if (header(head, "transfer-encoding") === "chunked") return { by: "chunks" };
  const length = header(head, "content-length");
  return length === undefined ? { by: "connection" } : { by: "length", length: Number(length) };
}

/** Parses the line before a chunk, without its CR LF. Throws on chunk extensions, too. */
export function parseChunkSize(line: string): number {
  if (/^[0-9a-fA-F]+$/.test(line)) return Number.parseInt(line, 16);
  throw new Error(`Cannot parse chunk size: ${JSON.stringify(line)}`);
}

function parseHeaderLine(line: string): readonly [string, string] {
  const match = /^([!#$%&'*+\-.^_`|~0-9A-Za-z]+):[ \t]*(.*?)[ \t]*$/.exec(line);
  if (!match) throw new Error(`Cannot parse header line: ${JSON.stringify(line)}`);
  return [match[1] ?? "", match[2] ?? ""];
}
