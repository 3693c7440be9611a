import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { Connection, Hooks } from "../../src/connection/connection.ts";
import { multiplex, type Channels } from "../../src/connection/multiplex.ts";
import { sockjs } from "../../src/sockjs.ts";
import type { Server } from "../../src/server.ts";
import { createBrowser, endTurn, type Browser } from "../support/browser.ts";

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "performance"] });
});
afterEach(() => {
  vi.useRealTimers();
});

const ECHO: Hooks = { message: (channel, text) => channel.send(`echo ${text}`) };

async function open(
  channels: Channels,
  maxChannels?: number,
): Promise<{ readonly server: Server; readonly browser: Browser }> {
  const options = maxChannels === undefined ? {} : { maxChannels };
  const server = sockjs(multiplex(channels, options));
  const browser = createBrowser(server);
  await browser.poll();
  return { server, browser };
}

/** Sends, and gives the frame that comes of it. */
async function exchange(browser: Browser, ...messages: readonly string[]): Promise<string> {
  await browser.send(...messages);
  await endTurn();
  return browser.poll();
}

test("`multiplex()` carries the messages of each channel to its handler and back", async () => {
  const { browser } = await open({ ann: ECHO, bob: { message: (channel) => channel.send("bob") } });

  expect(await exchange(browser, "sub,ann", "sub,bob", "msg,ann,a,b", "msg,bob,x")).toBe(
    'a["msg,ann,echo a,b","msg,bob,bob"]\n',
  );
});

test("a channel opens on `sub`, and closes on `uns` and with its connection, once each", async () => {
  const journal: unknown[] = [];
  const hooks = (name: string): Hooks => ({
    open: () => void journal.push(`open ${name}`),
    close: (_channel, { code, reason, wasClean }) =>
      void journal.push([name, code, reason, wasClean]),
  });
  const { server, browser } = await open({ ann: hooks("ann"), bob: hooks("bob") });
  await browser.send("sub,ann", "sub,ann", "sub,bob", "uns,ann", "uns,ann");
  const closing = server.close({ code: 3001, reason: "bye", timeout: 1 });
  await endTurn();
  await closing;

  expect(journal).toEqual([
    "open ann",
    "open bob",
    ["ann", 1000, "", true],
    ["bob", 3001, "bye", true],
  ]);
});

test("a channel that the application closes tells the client, and may be opened again", async () => {
  const carl: Hooks = {
    open(channel) {
      channel.send("hello");
      channel.close(3000, "enough");
      channel.send("too late");
    },
  };
  const { server, browser } = await open({ carl });

  expect(await exchange(browser, "sub,carl", "sub,carl")).toBe(
    'a["msg,carl,hello","uns,carl","msg,carl,hello","uns,carl"]\n',
  );
  expect(server.stats().channels).toBe(0);
});

test("channel names travel as `escape()` writes them", async () => {
  const names: string[] = [];
  const { browser } = await open((name) => {
    names.push(name);
    return ECHO;
  });

  expect(await exchange(browser, "sub,%u20AC%2C%20x", "msg,%u20AC%2C%20x,1")).toBe(
    'a["msg,%u20AC%2C%20x,echo 1"]\n',
  );
  expect(names).toEqual(["€, x"]);
});

test("names are compared unescaped, and answers use the spelling that opened the channel", async () => {
  const opened: string[] = [];
  const { browser, server } = await open((name) => ({
    ...ECHO,
    open: () => void opened.push(name),
  }));
  const answer = await exchange(browser, "sub,%61nn", "sub,ann", "msg,ann,1", "msg,a%6en,2");
  await browser.send("uns,ann");

  expect([opened, answer, server.stats().channels]).toEqual([
    ["ann"],
    'a["msg,%61nn,echo 1","msg,%61nn,echo 2"]\n',
    0,
  ]);
});

test.each([0, -1, 1.5, NaN, "3"])("`multiplex()` refuses `maxChannels: %j`", (maxChannels) => {
  const wrong = { maxChannels: maxChannels as number };
  const found = typeof maxChannels === "string" ? `"${maxChannels}"` : `${maxChannels}`;
  const message = `Option "maxChannels" must be a whole number above 0, not ${found}`;

  expect(() => multiplex({}, wrong)).toThrow(new TypeError(message));
});

test("`multiplex()` refuses an option that it does not know", () => {
  const wrong = { maxChannel: 3 };

  expect(() => multiplex({}, wrong as object)).toThrow(
    new TypeError('Unknown option "maxChannel"'),
  );
});

test("`multiplex()` ignores what the protocol does not know", async () => {
  const { browser } = await open({ ann: ECHO });
  const odd = [
    "",
    "sub",
    "sub,nobody",
    "sub,__proto__",
    "sub,toString",
    "msg,ann,early",
    "msg,ann",
  ];

  expect(
    await exchange(browser, ...odd, "uns,ann", "foo,ann", "sub,ann", "msg,ann", "msg,ann,1"),
  ).toBe('a["msg,ann,echo 1"]\n');
});

test("a function refuses a channel by giving no handler", async () => {
  const { browser } = await open((name) => (name === "ann" ? ECHO : undefined));

  expect(await exchange(browser, "sub,bob", "msg,bob,1", "sub,ann", "msg,ann,2")).toBe(
    'a["msg,ann,echo 2"]\n',
  );
});

test("channels above `maxChannels` are refused until one has closed", async () => {
  const { browser } = await open(() => ECHO, 1);

  expect(await exchange(browser, "sub,a", "sub,b", "uns,a", "sub,b", "msg,b,1")).toBe(
    'a["uns,b","msg,b,echo 1"]\n',
  );
});

test("a channel gets what is published to its topics, in its own envelope", async () => {
  const chat: Hooks = {
    open: (channel) => channel.subscribe("room"),
    message: (channel, text) => channel.publish("room", text),
  };
  const { server, browser } = await open({ ann: chat, bob: chat });
  await browser.send("sub,ann", "sub,bob", "msg,ann,hi");
  server.publish("room", "all");
  await endTurn();

  expect(await browser.poll()).toBe('a["msg,bob,hi","msg,ann,all","msg,bob,all"]\n');
  expect(server.stats()).toMatchObject({ topics: 1, channels: 2 });
});

test("a hook of a channel that throws closes that channel alone", async () => {
  const errors: string[] = [];
  const broken: Hooks = {
    message() {
      throw new Error("boom");
    },
  };
  const server = sockjs(multiplex({ ann: ECHO, broken }), {
    onError: ({ code, message }) => void errors.push(`${code} ${message}`),
  });
  const browser = createBrowser(server);
  await browser.poll();

  expect(await exchange(browser, "sub,broken", "sub,ann", "msg,broken,1", "msg,ann,1")).toBe(
    'a["uns,broken","msg,ann,echo 1"]\n',
  );
  expect(errors).toEqual(['ERR_SOCKJS_HOOK Cannot run hook "message": it failed']);
});

test("a channel can be iterated", async () => {
  const read: string[] = [];
  const reader = async (channel: Connection): Promise<void> => {
    for await (const message of channel) read.push(message);
    read.push("end");
  };
  const { browser } = await open({ reader });
  await browser.send("sub,reader", "msg,reader,1", "msg,reader,2", "uns,reader");
  await endTurn();

  expect(read).toEqual(["1", "2", "end"]);
});

test("`multiplex()` refuses channels that are no table and no function", () => {
  expect(() => multiplex("ann" as unknown as Channels)).toThrow(
    new TypeError("Channels must be a table of handlers or a function"),
  );
});

test("a function that throws refuses the channel alone, and is reported", async () => {
  const errors: unknown[] = [];
  const fail = (): never => {
    throw new Error("asked");
  };
  const server = sockjs(
    multiplex((name) => (name === "ann" ? ECHO : fail())),
    {
      onError: ({ code, message }) => void errors.push([code, message]),
    },
  );
  const browser = createBrowser(server);
  await browser.poll();
  const answer = await exchange(browser, "sub,bob", "sub,ann", "msg,ann,1");

  expect([answer, errors]).toEqual([
    'a["msg,ann,echo 1"]\n',
    [["ERR_SOCKJS_CALLBACK", "Cannot open channel: the function given to multiplex() threw"]],
  ]);
});
