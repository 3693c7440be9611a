import type { IncomingMessage, ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import { adoptSocket, ignore, takeSocket } from "../http/adopt-socket.ts";
import { pathAndQuery } from "../http/node-request.ts";
import { takeTurn } from "../http/pipelining.ts";
import { writeResponseSafely } from "../http/write-response.ts";
import { rememberNodeEnv, type NodeEnv, type PendingUpgrade } from "./node-env.ts";
import { toRequest } from "./to-request.ts";

/** Any function that answers a `Request`: a framework's, or one of your own. It gets Node's objects as second argument. */
export type Fetch = (request: Request, env: NodeEnv) => Response | Promise<Response>;

/** Answers by a `fetch` function that is not ours. Never rejects. */
export async function handleForeignRequest(
  fetch: Fetch,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  response.on("error", ignore);
  if (!takeTurn(response)) return;
  const abort = new AbortController();
  response.on("close", () => {
    if (!response.writableFinished) abort.abort();
  });
  const env: NodeEnv = { incoming: request, outgoing: response };
  const answer = await callFetch(fetch, env, abort.signal);
  await writeResponseSafely(response, answer, console.error);
}

/** As {@link handleForeignRequest} for a request whose socket Node has given up for an upgrade. */
export async function handleForeignUpgrade(
  fetch: Fetch,
  request: IncomingMessage,
  socket: Duplex,
  head: Buffer,
): Promise<void> {
  if (!takeSocket(socket)) return;
  const upgrade: PendingUpgrade = { socket, head, done: false };
  const abort = new AbortController();
  socket.on("close", () => abort.abort());
  const answer = await callFetch(fetch, { incoming: request, upgrade }, abort.signal);
  if (!upgrade.done) await writeResponseSafely(adoptSocket(request), answer, console.error);
}

/** Calls the function; what it throws is said where Node says uncaught errors, and answered by 500. */
async function callFetch(fetch: Fetch, env: NodeEnv, signal: AbortSignal): Promise<Response> {
  let request;
  try {
    request = toRequest(env, pathAndQuery(env.incoming), signal);
  } catch {
    return new Response("Bad request\n", { status: 400 }); // no `Request` can hold it: the method TRACE, for one
  }
  rememberNodeEnv(request, env);
  try {
    return await fetch(request, env);
  } catch (error) {
    console.error(error);
    return new Response("Internal server error\n", { status: 500 });
  }
}
