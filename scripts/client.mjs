// npm run client -- http://127.0.0.1:8081/echo --transport xhr-streaming: a session at a prompt. Prints each chunk as it came
// (one `data` event: an HTTP chunk, or as much of it as one read gave) and the milliseconds since the one before; sends
// each line typed as a message. With piped input it ends once that is sent and nothing more has come for a while.
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import http from "node:http";
import https from "node:https";
import { createRequire } from "node:module";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { ROOT, fail } from "./setup.mjs";
import { readCommandLine } from "./usage.mjs";

/** How each transport receives, and what is on its wire before a frame. */
const TRANSPORTS = {
  "xhr-streaming": { segment: "xhr_streaming", method: "POST", before: "" },
  "xhr-polling": { segment: "xhr", method: "POST", before: "" },
  eventsource: { segment: "eventsource", method: "GET", before: "data: " },
  htmlfile: { segment: "htmlfile?c=callback", method: "GET", before: '<script>\np("' },
  "jsonp-polling": { segment: "jsonp?c=callback", method: "GET", before: '/**/callback("' },
  websocket: {},
  "websocket-raw": {},
};

/** The longest chunk that is shown whole; a prelude is longer. */
const SHOWN_LENGTH = 400;

/** How long piped input waits for more after the last chunk. */
const QUIET_MS = 500;

const { values, positionals } = readCommandLine({
  command: "npm run client -- URL [options]",
  about: `A session at a prompt: sends what you type, or what is piped in, and prints each chunk as it came with the
milliseconds since the one before. URL is that of a service, such as http://127.0.0.1:8081/echo; the opening request
carries its query, if it has one.`,
  allowPositionals: true,
  options: {
    transport: { type: "string", default: "xhr-streaming", value: "NAME", help: "see below" },
  },
  more: [["transports", Object.keys(TRANSPORTS).map((name) => [name])]],
});
const [address] = positionals;
const transport = TRANSPORTS[values.transport];
if (address === undefined) {
  fail("Cannot connect: name a service, such as http://127.0.0.1:8081/echo");
}
if (!/^https?:\/\//.test(address)) {
  fail(`Cannot connect to "${address}": begin with http:// or https://`);
}
if (!URL.canParse(address)) fail(`Cannot connect to "${address}": not a URL`);
if (!transport)
  fail(
    `Unknown transport "${values.transport}": choose from ${Object.keys(TRANSPORTS).join(", ")}`,
  );

const { origin, pathname, search } = new URL(address);
const service = `${origin}${pathname.replace(/\/$/, "")}`;
const session = randomUUID();
const sessionUrl = `${service}/000/${session}`;
let lastMs = performance.now();
let quietTimer;
let inputHasEnded = false;
let isEstablished = false;

// Without a terminal there is nobody to prompt.
const output = process.stdin.isTTY ? process.stdout : undefined;
const prompt = createInterface({ input: process.stdin, output, prompt: "> " });
const send = values.transport.startsWith("websocket") ? openSocket() : openRequests();
let sends = Promise.resolve();
prompt.on("line", (line) => {
  sends = sends.then(() => send(line)).catch((error) => end(1, `Cannot send: ${error.message}`));
  prompt.prompt(true);
});
prompt.on("close", () => {
  if (process.stdin.isTTY) return end(0);
  void sends.then(() => {
    inputHasEnded = true;
    waitForQuiet();
  });
});
prompt.prompt();

/** Receives by one request after another, until a close frame. Gives the function that sends a message. */
function openRequests() {
  let nowOpen;
  const open = new Promise((resolve) => (nowOpen = resolve));
  void receive();
  return async (message) => {
    await open;
    const isForm = values.transport === "jsonp-polling";
    const payload = JSON.stringify([message]);
    const { status, text } = await post(
      `${sessionUrl}/${isForm ? "jsonp_send" : "xhr_send"}`,
      isForm ? `d=${encodeURIComponent(payload)}` : payload,
      isForm ? "application/x-www-form-urlencoded" : "text/plain",
    );
    if (status >= 300) throw new Error(`${status} ${text.trim()}`);
  };

  async function receive() {
    const receiveUrl = `${sessionUrl}/${transport.segment}`;
    const query = receiveUrl.includes("?") ? search.replace("?", "&") : search;
    for (;;) {
      const url = isEstablished ? receiveUrl : `${receiveUrl}${query}`;
      const response = await request(url, { method: transport.method });
      print(`${transport.method} ${shortened(url)} ${response.statusCode}`);
      let hasClosed = false;
      // By events: to iterate joins the chunks that have come meanwhile.
      response.on("data", (chunk) => {
        show(chunk);
        if (hasFrame(chunk, "o")) {
          isEstablished = true;
          nowOpen();
        }
        hasClosed ||= hasFrame(chunk, "c[");
      });
      await once(response, "end").catch(endBroken);
      if (response.statusCode !== 200) return end(1);
      if (hasClosed) return end(0);
    }
  }
}

/** Whether a frame of the kind is in a chunk: at its start, or after a prelude or another frame, which end with a newline. */
function hasFrame(chunk, start) {
  return `\n${chunk}`.includes(`\n${transport.before}${start}`);
}

/** Receives by a WebSocket. Gives the function that sends a message. */
function openSocket() {
  // The tests have it installed; the WebSocket that Node 20 lacks.
  const { WebSocket } = createRequire(join(ROOT, "tests/package.json"))("ws");
  const isRaw = values.transport === "websocket-raw";
  const url = `${isRaw ? service : sessionUrl}/websocket${search}`.replace(/^http/, "ws");
  const socket = new WebSocket(url);
  const open = new Promise((resolve) => socket.on("open", resolve));
  socket.on("open", () => {
    isEstablished = true;
    print(`GET ${shortened(url)} 101`);
  });
  socket.on("unexpected-response", (_request, { statusCode }) =>
    end(1, `Cannot connect: GET ${shortened(url)} answered ${statusCode}`),
  );
  socket.on("message", (data) => show(String(data)));
  socket.on("error", endBroken);
  socket.on("close", (code, reason) => {
    if (code === 1006) endBroken(new Error("the socket broke, without a close frame"));
    else end(0, `closed with ${code} ${reason}`.trim());
  });
  return async (message) => {
    await open;
    socket.send(isRaw ? message : JSON.stringify([message]));
  };
}

function request(url, options, body = "") {
  const { request: ask } = url.startsWith("https:") ? https : http;
  return new Promise((resolve, reject) => {
    // The encoding at once: to set it later would join the chunks that have come by then.
    const asked = ask(url, { ...options, agent: false }, (response) =>
      resolve(response.setEncoding("utf8")),
    );
    asked.on("error", reject);
    asked.end(body);
  }).catch(endBroken);
}

async function post(url, body, type) {
  const headers = { "Content-Type": type, "Content-Length": Buffer.byteLength(body) };
  const response = await request(url, { method: "POST", headers }, body);
  let text = "";
  for await (const chunk of response) text += chunk;
  return { status: response.statusCode, text };
}

function show(chunk) {
  const nowMs = performance.now();
  const gap = `+${Math.round(nowMs - lastMs)} ms`;
  lastMs = nowMs;
  const isLong = chunk.length > SHOWN_LENGTH;
  const shown = JSON.stringify(isLong ? chunk.slice(0, SHOWN_LENGTH) : chunk);
  print(`${gap.padStart(9)}  ${shown}${isLong ? `… (${chunk.length} characters)` : ""}`);
  if (inputHasEnded) waitForQuiet();
}

/** Writes a line above the prompt. */
function print(line) {
  if (output) process.stdout.write("\r\u001B[K");
  console.log(line);
  if (output) prompt.prompt(true);
}

/** The session id is cut as in the server's trace: whoever knows it can take the session over. */
function shortened(url) {
  return url.replace(session, `${session.slice(0, 4)}…`);
}

function waitForQuiet() {
  clearTimeout(quietTimer);
  quietTimer = setTimeout(() => end(0), QUIET_MS);
}

/** Of several addresses that all refuse, Node gives an error without a message. */
function endBroken({ message, code }) {
  const reason = message || code;
  end(1, isEstablished ? `Connection lost: ${reason}` : `Cannot connect to ${address}: ${reason}`);
}

function end(code, message) {
  if (message) print(message);
  process.exit(code);
}
