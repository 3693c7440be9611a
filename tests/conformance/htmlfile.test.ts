import { describe, expect, inject, test } from "vitest";
import { header } from "../harness/http-head.ts";
import { openResponse } from "../harness/request.ts";
import { newSession, send } from "../harness/session.ts";

const port = inject("standardPort");

const page = (callback: string): string => `<!doctype html>
<html><head>
  <meta http-equiv="X-UA-Compatible" content="IE=edge" />
  <meta http-equiv="Content-Type" content="text/html; charset=UTF-8" />
</head><body><h2>Don't panic!</h2>
  <script>
    document.domain = document.domain;
    var c = parent.${callback};
    c.start();
    function p(d) {c.message(d);};
    window.onload = function() {c.stop();};
  </script>`;

describe("htmlfile", () => {
  test("writes the page, padded beyond 1024 bytes, then a script for each frame", async () => {
    const session = newSession("/echo");
    const { connection, head } = await openResponse(port, `${session}/htmlfile?c=callback`);
    expect(head.status).toBe(200);
    expect(header(head, "content-type")).toBe("text/html; charset=UTF-8");
    const prelude = await connection.readChunk();
    expect(prelude.replace(/ *\r\n\r\n$/, "")).toBe(page("callback"));
    expect(prelude).toMatch(/<\/script> *\r\n\r\n$/);
    expect(prelude.length).toBeGreaterThan(1024);
    expect(await connection.readChunk()).toBe('<script>\np("o");\n</script>\r\n');
    await send(port, session, "x");
    expect(await connection.readChunk()).toBe('<script>\np("a[\\"x\\"]");\n</script>\r\n');
    connection.close();
  });

  test("puts the callback, and nothing else of the request, into the page", async () => {
    const path = `${newSession("/echo")}/htmlfile?a=%3Cb%3E&c=_jp.a1-b&d=evil`;
    const { connection } = await openResponse(port, path);
    const prelude = await connection.readChunk();
    expect(prelude.replace(/ *\r\n\r\n$/, "")).toBe(page("_jp.a1-b"));
    connection.close();
  });

  test("writes < so that a message cannot end the script", async () => {
    const session = newSession("/echo");
    const { connection } = await openResponse(port, `${session}/htmlfile?c=callback`);
    await connection.readChunk();
    await connection.readChunk();
    await send(port, session, "</script><!--<SCRIPT>");
    const json = String.raw`"a[\"\u003c/script>\u003c!--\u003cSCRIPT>\"]"`;
    expect(await connection.readChunk()).toBe(`<script>\np(${json});\n</script>\r\n`);
    connection.close();
  });
});
