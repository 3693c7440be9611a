import { converse } from "../harness/conversation.ts";
import { RECEIVING_TRANSPORTS } from "../harness/receiving-transports.ts";
import { newSession, send } from "../harness/session.ts";
import { openWebSocket } from "../harness/websocket-client.ts";

const MESSAGES = ["first", "second \u20ac", "third"];

/** A session on each transport that does everything right. Rejects unless all get their messages back. */
export async function behaveWell(port: number, prefix: string): Promise<void> {
  for (const transport of RECEIVING_TRANSPORTS) {
    const conversation = await converse(port, transport, newSession(prefix));
    await send(port, conversation.session, ...MESSAGES);
    const echoed: string[] = [];
    while (echoed.length < MESSAGES.length) {
      const frame = await conversation.readFrame();
      if (frame !== "h") echoed.push(...(JSON.parse(frame.slice(1)) as string[]));
    }
    expectSame(transport.name, echoed);
    conversation.close();
  }
  const socket = await openWebSocket(port, `${newSession(prefix)}/websocket`);
  socket.socket.send(JSON.stringify(MESSAGES));
  const frames: string[] = [];
  while (frames.join("").length < JSON.stringify(MESSAGES).length) {
    const frame = await socket.readMessage();
    if (frame.startsWith("a")) frames.push(...(JSON.parse(frame.slice(1)) as string[]));
    if (frames.length === MESSAGES.length) break;
  }
  expectSame("websocket", frames);
  socket.socket.close();
  const raw = await openWebSocket(port, `${prefix}/websocket`);
  for (const message of MESSAGES) raw.socket.send(message);
  const echoed: string[] = [];
  while (echoed.length < MESSAGES.length) echoed.push(await raw.readMessage());
  expectSame("websocket-raw", echoed);
  raw.socket.close();
}

function expectSame(transport: string, echoed: readonly string[]): void {
  if (JSON.stringify(echoed) === JSON.stringify(MESSAGES)) return;
  throw new Error(`Cannot use ${transport} any more: it echoed ${JSON.stringify(echoed)}`);
}
