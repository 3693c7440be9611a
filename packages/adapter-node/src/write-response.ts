import { once } from "node:events";
import type { ServerResponse } from "node:http";

/** Writes a `Response` to a response of `node:http`: its head at once, each chunk as it comes. Never rejects. */
export async function writeResponse(target: ServerResponse, response: Response): Promise<void> {
  if (target.destroyed) {
    await response.body?.cancel().catch(() => {}); // its source may throw at that; the client has gone all the same
    return;
  }
  const headers: [string, string][] = [...response.headers].filter(
    ([name]) => name !== "set-cookie",
  );
  for (const cookie of response.headers.getSetCookie()) headers.push(["set-cookie", cookie]);
  target.writeHead(response.status, headers.flat());
  if (response.body === null) {
    target.end();
    return;
  }
  target.flushHeaders();
  const reader = response.body.getReader();
  const cancel = (): void => {
    reader.cancel().catch(() => {}); // as above
  };
  target.on("close", cancel);
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      const more = target.write(value);
      if (!more && !target.destroyed)
        await Promise.race([once(target, "drain"), once(target, "close")]);
    }
    target.off("close", cancel);
    target.end();
  } catch {
    target.destroy(); // the body failed halfway: the client must not take it for whole
  }
}
