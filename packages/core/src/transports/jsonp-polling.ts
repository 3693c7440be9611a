import { escapeForScript } from "../wire/json.ts";
import type { ResponseTransport } from "./transport.ts";

/** One frame a response, as a script that calls the page back (protocol, section 6). The callback has been checked. */
export function jsonpPolling(callback: string): ResponseTransport {
  return {
    name: "jsonp-polling",
    method: "GET",
    contentType: "application/javascript; charset=UTF-8",
    streaming: false,
    framed: true,
    sharesFrames: false, // the callback differs from request to request
    destinations: ["script"],
    accept: /^(?:application\/javascript, )?\*\/\*(?:;q=0\.8)?$/, // a script's, where an image or a page wants more
    prelude: "",
    encode: (frame) => `/**/${callback}(${escapeForScript(JSON.stringify(frame))});\r\n`,
  };
}
