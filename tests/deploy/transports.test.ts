import { describe, expect, test } from "vitest";
import { converse } from "../harness/conversation.ts";
import { POLLING_TRANSPORTS } from "../harness/receiving-transports.ts";
import { request } from "../harness/request.ts";
import { newSession, send } from "../harness/session.ts";
import { openWebSocket } from "../harness/websocket-client.ts";
import { nodeClient } from "../interop/node-client.ts";
import { NODE_TRANSPORTS } from "../interop/transports.ts";
import { portOf, PROXY_NAMES, skipWithout } from "./through.ts";

describe.each(PROXY_NAMES)("through %s", (proxy) => {
  skipWithout(proxy);

  test("greeting, info and iframe page answer", async () => {
    const port = portOf(proxy);
    expect((await request(port, "/echo")).body).toBe("Welcome to SockJS!\n");
    expect(JSON.parse((await request(port, "/echo/info")).body)).toMatchObject({
      websocket: true,
      cookie_needed: false,
    });
    expect((await request(port, "/echo/iframe.html")).status).toBe(200);
  });

  test.each(NODE_TRANSPORTS)("sockjs-client carries messages by %s", async (transport) => {
    const url = `http://127.0.0.1:${portOf(proxy)}/echo`;
    const client = await nodeClient().open(url, { timeout: 5000, transports: [transport] });
    const messages = ["hello", "€\u{1f600}\u2028%", "x".repeat(100_000)];
    await client.send(...messages);
    expect(await client.receive(3)).toEqual(messages);
    await client.close();
  });

  test.each(POLLING_TRANSPORTS)("$name carries messages in order", async (transport) => {
    const port = portOf(proxy);
    const conversation = await converse(port, transport, newSession("/echo"));
    await send(port, conversation.session, "1", "2");
    expect(await conversation.readMessages(2)).toEqual(["1", "2"]);
    await send(port, conversation.session, "3");
    expect(await conversation.readMessages(1)).toEqual(["3"]);
    conversation.close();
  });

  test("jsonp_send carries a form", async () => {
    const port = portOf(proxy);
    const session = newSession("/echo");
    const opened = await request(port, `${session}/jsonp?c=callback`);
    expect(opened.body).toBe('/**/callback("o");\r\n');
    const sent = await request(port, `${session}/jsonp_send`, {
      method: "POST",
      headers: { "Content-Type": "application/x-www-form-urlencoded" },
      body: "d=%5B%22hello%22%5D",
    });
    expect([sent.status, sent.body]).toEqual([200, "ok"]);
    const answered = await request(port, `${session}/jsonp?c=callback`);
    expect(answered.body).toBe(String.raw`/**/callback("a[\"hello\"]");` + "\r\n");
  });

  test("websocket carries messages and the close code", async () => {
    const client = await openWebSocket(portOf(proxy), `${newSession("/echo")}/websocket`);
    expect(await client.readMessage()).toBe("o");
    client.socket.send('["hello"]');
    expect(await client.readMessage()).toBe('a["hello"]');
    client.socket.close(4000, "bye");
    expect(await client.readEnd()).toEqual({ code: 4000, reason: "bye" });
  });

  test("websocket-raw carries messages", async () => {
    const client = await openWebSocket(portOf(proxy), "/echo/websocket");
    client.socket.send("hello");
    expect(await client.readMessage()).toBe("hello");
    client.socket.close();
  });

  test("the address is the browser's, whatever the browser says of it", async () => {
    const client = await openWebSocket(portOf(proxy), "/echo/websocket", {
      localAddress: "127.0.0.2",
      headers: { "X-Forwarded-For": "203.0.113.7" },
    });
    client.socket.send("address");
    expect(await client.readMessage()).toBe("127.0.0.2");
    client.socket.close();
  });

  test("the host is the one the browser asked, by which `origins` judges", async () => {
    const headers = { Host: "chat.example:8443" };
    const client = await openWebSocket(portOf(proxy), "/echo/websocket", { headers });
    client.socket.send("host");
    expect(await client.readMessage()).toBe("chat.example:8443");
    client.socket.close();
  });
});
