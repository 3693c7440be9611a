import { describe, expect, test } from "vitest";
import { connectBytes } from "../harness/byte-connection.ts";
import { header } from "../harness/http-head.ts";
import { readProcessState, settlesTo } from "../harness/process-state.ts";
import { openReceiver, Receiver } from "../harness/receiver.ts";
import { RECEIVING_TRANSPORTS, type ReceivingTransport } from "../harness/receiving-transports.ts";
import { request, writeRequest, type Answer } from "../harness/request.ts";
import { newSession } from "../harness/session.ts";
import { openWebSocket } from "../harness/websocket-client.ts";
import { HANDSHAKE_HEADERS } from "../harness/websocket-handshake.ts";
import { useFaultServer } from "./fault-server.ts";

const server = useFaultServer();
const WEBSOCKETS = ["/authorized/000/s/websocket", "/authorized/websocket"];

function urlOf(transport: ReceivingTransport, session: string, query: string): string {
  const parameters = [transport.query, query].filter((part) => part !== "").join("&");
  return `${session}/${transport.segment}?${parameters}`;
}

/** As `openReceiver`, with headers. */
async function openWith(
  transport: ReceivingTransport,
  session: string,
  query: string,
  headers: Readonly<Record<string, string>>,
): Promise<Receiver> {
  const connection = await connectBytes(server().port);
  await writeRequest(connection, urlOf(transport, session, query), {
    method: transport.method,
    headers: { ...headers, "Content-Length": "0" },
  });
  return new Receiver(connection, transport);
}

function expectRefusal(answer: Answer): void {
  expect({
    status: answer.status,
    type: header(answer, "content-type"),
    reason: header(answer, "x-reason"),
    body: answer.body,
  }).toEqual({ status: 418, type: "text/html", reason: "closed today", body: "<p>No.</p>" });
}

describe.each(["", "&async"])("authorize%s", (pace) => {
  test.each(RECEIVING_TRANSPORTS)("gives $name its context", async (transport) => {
    const session = newSession("/authorized");
    const query = `answer=allow${pace}`;
    const first = await openWith(transport, session, query, { "X-Visitor": "ann" });
    expect(await first.readFrame()).toBe("o");
    const next = transport.streaming
      ? first
      : await openReceiver(server().port, transport, session);
    expect(await next.readFrame()).toBe(String.raw`a["{\"name\":\"ann\"}"]`);
    next.connection.close();
  });

  test.each(WEBSOCKETS)("gives %s its context", async (path) => {
    const headers = { "X-Visitor": "ann" };
    const client = await openWebSocket(server().port, `${path}?answer=allow${pace}`, { headers });
    if (path !== "/authorized/websocket") expect(await client.readMessage()).toBe("o");
    expect(await client.readMessage()).toContain("ann");
    client.socket.close();
  });

  test.each(RECEIVING_TRANSPORTS)("refuses $name with its own response", async (transport) => {
    const path = urlOf(transport, newSession("/authorized"), `answer=refuse${pace}`);
    expectRefusal(await request(server().port, path, { method: transport.method }));
  });

  test.each(WEBSOCKETS)("refuses %s with its own response", async (path) => {
    const target = `${path}?answer=refuse${pace}`;
    expectRefusal(await request(server().port, target, { headers: HANDSHAKE_HEADERS }));
  });

  test.each(RECEIVING_TRANSPORTS)("that throws answers $name with 500", async (transport) => {
    const path = urlOf(transport, newSession("/authorized"), `answer=throw${pace}`);
    expect((await request(server().port, path, { method: transport.method })).status).toBe(500);
  });

  test.each(WEBSOCKETS)("that throws answers %s with 500", async (path) => {
    const target = `${path}?answer=throw${pace}`;
    const answer = await request(server().port, target, { headers: HANDSHAKE_HEADERS });
    expect(answer.status).toBe(500);
  });

  test("that refuses leaves no session behind", async () => {
    const before = await readProcessState(server());
    const session = newSession("/authorized");
    const path = `${session}/xhr?answer=refuse${pace}`;
    expectRefusal(await request(server().port, path, { method: "POST" }));
    const sent = await request(server().port, `${session}/xhr_send`, {
      method: "POST",
      body: "[]",
    });
    expect(sent.status).toBe(404);
    await settlesTo(server(), before);
  });
});

describe("maxSessions of one", () => {
  test.each(RECEIVING_TRANSPORTS)("refuses a second session: $name", async (transport) => {
    const { port } = server();
    const before = await readProcessState(server());
    const first = await openWebSocket(port, "/one-session/websocket");
    const path = urlOf(transport, newSession("/one-session"), "");
    const answer = await request(port, path, { method: transport.method });
    expect([answer.status, header(answer, "retry-after")]).toEqual([503, "5"]);
    first.socket.close();
    await first.readEnd();
    await settlesTo(server(), before);
    const next = await openReceiver(port, transport, newSession("/one-session"));
    expect(await next.readFrame()).toBe("o");
    next.connection.close();
    await settlesTo(server(), before);
  });

  test.each(["/one-session/websocket", "/one-session/000/s/websocket"])(
    "refuses a second session: %s",
    async (path) => {
      const { port } = server();
      const before = await readProcessState(server());
      const first = await openWebSocket(port, path);
      const answer = await request(port, path, { headers: HANDSHAKE_HEADERS });
      expect([answer.status, header(answer, "retry-after")]).toEqual([503, "5"]);
      first.socket.close();
      await settlesTo(server(), before);
      const next = await openWebSocket(port, path);
      next.socket.close();
      await settlesTo(server(), before);
    },
  );
});

describe("verifyAddress", () => {
  const from = (address: string): Readonly<Record<string, string>> => ({
    "X-Forwarded-For": address,
  });

  test.each(RECEIVING_TRANSPORTS)(
    "hides a session from other addresses: $name",
    async (transport) => {
      const { port } = server();
      const session = newSession("/own-address");
      const first = await openWith(transport, session, "", from("192.0.2.1"));
      expect(await first.readFrame()).toBe("o");
      const path = urlOf(transport, session, "");
      const elsewhere = from("192.0.2.2");
      const receiving = { method: transport.method, headers: elsewhere };
      expect((await request(port, path, receiving)).status).toBe(404);
      const sending = { method: "POST", headers: elsewhere, body: '["send no"]' };
      expect((await request(port, `${session}/xhr_send`, sending)).status).toBe(404);
      const own = { method: "POST", headers: from("192.0.2.1"), body: '["send yes"]' };
      expect((await request(port, `${session}/xhr_send`, own)).status).toBe(204);
      const next = transport.streaming
        ? first
        : await openWith(transport, session, "", from("192.0.2.1"));
      expect(await next.readFrame()).toBe('a["yes"]');
      next.connection.close();
    },
  );
});

describe("trustProxy", () => {
  const headers = { "X-Forwarded-For": "203.0.113.9, 192.0.2.1, 10.0.0.1" };

  test.each([
    ["/proxied", "192.0.2.1"],
    ["/not-proxied", "127.0.0.1"],
  ])("%s: the address is %s, by every way in", async (prefix, address) => {
    const { port } = server();
    const session = newSession(prefix);
    const open = { method: "POST", headers };
    expect((await request(port, `${session}/xhr?open=describe`, open)).body).toBe("o\n");
    const { body } = await request(port, `${session}/xhr`, { method: "POST" });
    expect(body).toContain(String.raw`\"remoteAddress\":\"${address}\"`);
    const client = await openWebSocket(port, `${prefix}/websocket?open=describe`, { headers });
    expect(await client.readMessage()).toContain(`"remoteAddress":"${address}"`);
    client.socket.close();
  });
});
