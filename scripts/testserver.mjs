// npm run testserver -- --runtime node --port 8081: the standard test server, for the public test suites and for trying
// things out. With --trace it prints a line for each state that a session enters and each frame that it writes; with
// --sockjs-url its iframe pages load that script. Installs and builds nothing.
import { spawn } from "node:child_process";
import { SERVER_OPTIONS, testServer, toPort } from "./runtimes.mjs";
import { fail, whenOrphaned } from "./setup.mjs";
import { readCommandLine } from "./usage.mjs";

const { values } = readCommandLine({
  command: "npm run testserver -- [options]",
  about:
    "The standard test server of the SockJS protocol, on one runtime. Build first: npm run build",
  options: {
    ...SERVER_OPTIONS,
    "sockjs-url": { type: "string", value: "URL", help: "the script that the iframe pages load" },
  },
  more: [
    [
      "services",
      [
        ["/echo", "sends each message back; a streaming response ends after 4096 bytes"],
        ["/disabled_websocket_echo", "the same without WebSockets"],
        ["/cookie_needed_echo", "the same with the cookie JSESSIONID"],
        ["/close", 'closes at once with 3000 "Go away!"'],
        ["/ticker", 'sends "tick!" each second'],
        ["/amplify", "answers a number n with 2^n times x"],
        ["/broadcast", "sends each message to everybody"],
      ],
    ],
  ],
});
const { executable, args } = testServer(values.runtime);
const options = ["--port", await toPort(values.port)];
if (values.trace) options.push("--trace");
if (values["sockjs-url"] !== undefined) options.push("--sockjs-url", values["sockjs-url"]);

const child = spawn(executable, [...args, ...options], { stdio: ["ignore", "inherit", "inherit"] });
let stopping = false;
for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => stop(signal));
whenOrphaned(() => stop("SIGTERM"));
child.on("error", (error) => fail(`Cannot run ${executable}: ${error.message}`));
child.on("exit", (code) => process.exit(stopping ? 0 : (code ?? 1)));

function stop(signal) {
  stopping = true;
  child.kill(signal);
}
