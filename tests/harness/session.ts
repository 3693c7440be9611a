import { randomUUID } from "node:crypto";
import { request, type Answer } from "./request.ts";

/** A session URL nobody else uses, without the transport: `/echo/000/<random>`. */
export function newSession(prefix: string): string {
  return `${prefix}/000/${randomUUID()}`;
}

/** Polls once with `xhr` and gives the whole body. */
export async function poll(port: number, session: string): Promise<string> {
  return (await request(port, `${session}/xhr`, { method: "POST" })).body;
}

/** Opens a session with `xhr`, expecting the open frame. */
export async function openSession(port: number, prefix: string): Promise<string> {
  const session = newSession(prefix);
  const body = await poll(port, session);
  if (body !== "o\n")
    throw new Error(`Cannot open ${session}: the first poll gave ${JSON.stringify(body)}`);
  return session;
}

/** Posts a raw payload with `xhr_send`. */
export function sendPayload(port: number, session: string, payload: string): Promise<Answer> {
  return request(port, `${session}/xhr_send`, { method: "POST", body: payload });
}

/** Sends messages with `xhr_send`, expecting them to be accepted. */
export async function send(port: number, session: string, ...messages: string[]): Promise<void> {
  const answer = await sendPayload(port, session, JSON.stringify(messages));
  if (answer.status !== 204) {
    throw new Error(`Cannot send to ${session}: ${answer.status} ${JSON.stringify(answer.body)}`);
  }
}
