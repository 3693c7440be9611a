import SockJS from "sockjs-client";
import { toClient, type Client } from "./client.ts";
import { CLIENT_DEADLINE_MS } from "./deadline.ts";
import { createProbe } from "./probe.ts";

/** The npm package as it runs in Node. */
export function nodeClient(): Client {
  return toClient(createProbe(SockJS, CLIENT_DEADLINE_MS));
}
