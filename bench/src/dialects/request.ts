/** Builds a whole HTTP/1.1 request as a browser's XMLHttpRequest would send it, with the few headers that matter. */
export function buildRequest(method: "GET" | "POST", path: string, body = ""): Buffer {
  const head = [
    `${method} ${path} HTTP/1.1`,
    "Host: 127.0.0.1",
    "Origin: http://127.0.0.1",
    "User-Agent: bench",
    "Accept: */*",
    ...(method === "POST"
      ? ["Content-Type: text/plain;charset=UTF-8", `Content-Length: ${Buffer.byteLength(body)}`]
      : []),
  ];
  return Buffer.from(`${head.join("\r\n")}\r\n\r\n${body}`);
}
