import { describe, expect, inject, test } from "vitest";
import { header } from "../harness/http-head.ts";
import { request } from "../harness/request.ts";
import { newSession, send } from "../harness/session.ts";

const port = inject("standardPort");

describe("jsonp", () => {
  test("calls the callback with one frame and ends", async () => {
    const session = newSession("/echo");
    const answer = await request(port, `${session}/jsonp?c=callback`);
    expect(answer.status).toBe(200);
    expect(answer.body).toBe('/**/callback("o");\r\n');
    expect(header(answer, "content-type")).toBe("application/javascript; charset=UTF-8");
    expect(header(answer, "x-content-type-options")).toBe("nosniff");
    await send(port, session, "x");
    const next = await request(port, `${session}/jsonp?c=callback`);
    expect(next.body).toBe('/**/callback("a[\\"x\\"]");\r\n');
  });

  test("each poll may name another callback", async () => {
    const session = newSession("/echo");
    expect((await request(port, `${session}/jsonp?c=_jp.a1`)).body).toBe('/**/_jp.a1("o");\r\n');
    await send(port, session, "x");
    const next = await request(port, `${session}/jsonp?c=_jp.a2`);
    expect(next.body).toBe('/**/_jp.a2("a[\\"x\\"]");\r\n');
  });

  test("closed from the open hook: open, then the same close frame each time", async () => {
    const session = newSession("/close");
    expect((await request(port, `${session}/jsonp?c=x`)).body).toBe('/**/x("o");\r\n');
    const close = '/**/x("c[3000,\\"Go away!\\"]");\r\n';
    expect((await request(port, `${session}/jsonp?c=x`)).body).toBe(close);
    expect((await request(port, `${session}/jsonp?c=x`)).body).toBe(close);
  });

  test("writes < so that a message cannot end a script element", async () => {
    const session = newSession("/echo");
    await request(port, `${session}/jsonp?c=x`);
    await send(port, session, "</script>");
    const { body } = await request(port, `${session}/jsonp?c=x`);
    expect(body).toBe(String.raw`/**/x("a[\"\u003c/script>\"]");` + "\r\n");
  });
});
