import { spawnSync } from "node:child_process";
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { findRuntime, missingReason } from "../harness/runtimes.ts";
import { openSession, poll, send } from "../harness/session.ts";
import { openWebSocket } from "../harness/websocket-client.ts";
import { succeed } from "../packages/command.ts";
import { pack } from "../packages/pack.ts";
import { startProcess, type ExampleProcess } from "../runtimes/example-process.ts";
import { carryOut } from "./dockerfile.ts";
import { startRegistry, type Registry } from "./registry.ts";

const DEPLOY = fileURLToPath(new URL("../../deploy", import.meta.url));
const VERIFY = "/usr/bin/systemd-analyze";
/** What the two packages depend on, as this workspace has it. */
const DEPENDENCIES = ["itty-router", "ws"].map((name) =>
  fileURLToPath(new URL(`../node_modules/${name}`, import.meta.url)),
);

let folder: string;
let registry: Registry;
/** What a process gets of this machine: its programs, and the packages as if they had been published. */
let machine: Readonly<Record<string, string>>;
/** The application: `server.mjs`, `package.json` and its lock file, installed. */
let app: string;
let server: ExampleProcess | undefined;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "sockjs-fetch-deploy-"));
  await pack(folder);
  await succeed("npm", ["pack", "--pack-destination", folder, ...DEPENDENCIES]);
  const tarballs = readdirSync(folder).filter((name) => name.endsWith(".tgz"));
  registry = await startRegistry(tarballs.map((name) => join(folder, name)));
  machine = {
    PATH: `${dirname(process.execPath)}${delimiter}${process.env["PATH"]}`,
    HOME: folder,
    npm_config_registry: registry.url,
  };
  app = join(folder, "app");
  mkdirSync(app);
  copyFileSync(join(DEPLOY, "server.mjs"), join(app, "server.mjs"));
  writeFileSync(join(app, "package.json"), '{ "private": true }\n');
  await succeed("npm", ["install", "@sockjs-fetch/node", "@sockjs-fetch/core"], app, machine);
}, 60_000);

afterEach(async () => {
  await server?.stop();
  server = undefined;
});

afterAll(async () => {
  await registry.stop();
  rmSync(folder, { recursive: true });
});

test("deploy/Dockerfile builds an image that echoes, and ends on SIGTERM", async () => {
  const dockerfile = join(DEPLOY, "Dockerfile");
  const version = /^FROM node:(\d+)-slim$/m.exec(readFileSync(dockerfile, "utf8"))?.[1];
  const runtime = findRuntime(`node-${version}`); // throws where it is none that is tested
  const node = missingReason(runtime) === undefined ? dirname(runtime.executable) : "";
  const PATH = `${node}${delimiter}${machine["PATH"]}`;
  const image = await carryOut(dockerfile, app, join(folder, "image"), { ...machine, PATH });
  expect([image.user, image.ports]).toEqual(["node", [image.env["PORT"]]]);

  const [program = "", ...args] = image.command;
  server = await startProcess(program, args, image.folder, { ...image.env, PORT: "0" });
  await expectEcho(server);
});

test("deploy/Procfile starts a process that echoes, and ends on SIGTERM", async () => {
  const procfile = readFileSync(join(DEPLOY, "Procfile"), "utf8");
  const [, command = ""] = /^web: (.+)\n$/.exec(procfile) ?? [];
  const [program = "", ...args] = command.split(" ");
  server = await startProcess(program, args, app, { ...machine, PORT: "0" });
  await expectEcho(server);
});

test("deploy/sockjs@.service starts an instance that echoes, and ends on SIGTERM", async () => {
  const unit = readFileSync(join(DEPLOY, "sockjs@.service"), "utf8").replaceAll("%i", "0");
  const [, environment = ""] = /^Environment=(.+)$/m.exec(unit) ?? [];
  const [, command = ""] = /^ExecStart=(.+)$/m.exec(unit) ?? [];
  const [program = "", ...args] = command.split(" ");
  const env = Object.fromEntries(environment.split(" ").map((setting) => setting.split("=")));
  expect(env).toEqual({
    NODE_ENV: "production",
    PORT: "0",
    MALLOC_TRIM_THRESHOLD_: "16777216",
  });
  server = await startProcess(program, args, app, { ...machine, ...env });
  await expectEcho(server);
});

test("deploy/sockjs@.service is a unit that systemd takes", ({ skip }) => {
  if (!existsSync(VERIFY)) skip(`${VERIFY} is not installed`);
  const unit = join(folder, "sockjs@8081.service");
  copyFileSync(join(DEPLOY, "sockjs@.service"), unit);
  const { status, stderr } = spawnSync(VERIFY, ["verify", unit], { encoding: "utf8" });
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
});

/** Expects messages back by WebSocket and by xhr-polling, and the close frame on SIGTERM. */
async function expectEcho({ port, terminate }: ExampleProcess): Promise<void> {
  const session = await openSession(port, "/echo");
  await send(port, session, "hello");
  expect(await poll(port, session)).toBe('a["hello"]\n');

  const client = await openWebSocket(port, "/echo/000/session/websocket");
  expect(await client.readMessage()).toBe("o");
  client.socket.send('["hello"]');
  expect(await client.readMessage()).toBe('a["hello"]');

  const ended = terminate();
  expect(await client.readMessage()).toBe('c[1001,"Server is shutting down"]');
  expect(await poll(port, session)).toBe('c[1001,"Server is shutting down"]\n');
  expect(await ended).toBe("SIGTERM");
}
