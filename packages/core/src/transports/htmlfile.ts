import { escapeForScript } from "../wire/json.ts";
import type { ResponseTransport } from "./transport.ts";

const PRELUDE_BYTES = 1024; // protocol, section 7: browsers run the first script only after that much of a page

/** Frames as script elements in a page that never ends (protocol, sections 6 and 7). The callback has been checked. */
export function htmlfile(callback: string): ResponseTransport {
  return {
    name: "htmlfile",
    method: "GET",
    contentType: "text/html; charset=UTF-8",
    streaming: true,
    framed: true,
    sharesFrames: true,
    destinations: ["iframe", "frame"],
    prelude: page(callback),
    encode: encodeScript,
  };
}

function encodeScript(frame: string): string {
  return `<script>\np(${escapeForScript(JSON.stringify(frame))});\n</script>\r\n`;
}

function page(callback: string): string {
  const html = `<!doctype html>
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
  return `${html.padEnd(PRELUDE_BYTES + 1)}\r\n\r\n`;
}
