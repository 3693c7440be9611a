import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { startFixtureServer, type FixtureServer } from "../../harness/fixture-server.ts";
import { findRuntime } from "../../harness/runtimes.ts";
import { hasFirefox, openFirefox, type FirefoxPage } from "../firefox.ts";
import { IS_INSTALLED } from "../place.ts";

const TIMES = 20;

// Firefox forgets what it has received of a WebSocket when the end comes right behind it. Bun's WebSocket ends the connection
// together with its close frame, those of the others wait for the answer.
describe.skipIf(!IS_INSTALLED || !hasFirefox())("a WebSocket in Firefox", () => {
  let server: FixtureServer;
  let page: FirefoxPage;

  beforeAll(async () => {
    server = await startFixtureServer(findRuntime(inject("runtime")), "probe");
    page = await openFirefox(`http://127.0.0.1:${server.port}/command`);
  });

  afterAll(async () => {
    await page.close();
    await server.stop();
  });

  /** What the page hears of each of many sockets, one after another. */
  async function listen(path: string, commands: string): Promise<readonly string[]> {
    const url = `ws://127.0.0.1:${server.port}${path}?open=${encodeURIComponent(commands)}&time={time}`;
    const heard = await page.evaluate(`(async () => {
      const all = [];
      for (let time = 0; time < ${TIMES}; time++) {
        const heard = [];
        const socket = new WebSocket(${JSON.stringify(url)}.replaceAll("{time}", time));
        socket.onopen = () => heard.push("open");
        socket.onmessage = ({ data }) => heard.push(data);
        const { code, reason } = await new Promise((resolve) => (socket.onclose = resolve));
        all.push([...heard, code, reason].join(" "));
      }
      return JSON.stringify(all);
    })()`);
    return JSON.parse(heard) as readonly string[]; // as written above
  }

  test.each([
    { path: "/command/websocket", commands: "close 3001 bye", heard: "open 3001 bye" },
    {
      path: "/command/websocket",
      commands: "send hello;close 3001 bye",
      heard: "open hello 3001 bye",
    },
    {
      path: "/command/000/{time}/websocket",
      commands: "close 3001 bye",
      heard: 'open o c[3001,"bye"] 3001 bye',
    },
    {
      path: "/command/000/{time}/websocket",
      commands: "send hello;close 3001 bye",
      heard: 'open o a["hello"] c[3001,"bye"] 3001 bye',
    },
  ])("hears everything of $path when the server does: $commands", async (expected) => {
    const all = await listen(expected.path, expected.commands);
    expect(all).toEqual(Array.from({ length: TIMES }, () => expected.heard));
  });
});
