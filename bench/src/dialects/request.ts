import { encodeHead } from "@sockjs-fetch/tests/harness/request";

/** Builds a whole HTTP/1.1 request as a browser's XMLHttpRequest would send it, with the few headers that matter. */
export function buildRequest(method: "GET" | "POST", path: string, body = ""): Buffer {
  const headers = {
    Host: "127.0.0.1",
    Origin: "http://127.0.0.1",
    "User-Agent": "bench",
    Accept: "*/*",
  };
  const head =
    method === "GET"
      ? encodeHead(path, { method, headers })
      : encodeHead(path, {
          method,
          headers: { ...headers, "Content-Type": "text/plain;charset=UTF-8" },
          body,
        });
  return Buffer.from(head + body);
}
