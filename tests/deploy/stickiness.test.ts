import { randomUUID } from "node:crypto";
import { describe, expect, test } from "vitest";
import { header } from "../harness/http-head.ts";
import { request } from "../harness/request.ts";
import { holderOf, portOf, PROXY_NAMES, skipWithout } from "./through.ts";

/** Server parts enough that both processes have some, and none is left out by chance. */
const SERVER_PARTS = Array.from({ length: 20 }, (_, index) => String(index).padStart(3, "0"));

describe.each(PROXY_NAMES)("%s", (proxy) => {
  skipWithout(proxy);

  test("keeps a server part to one process, and spreads the parts over both", async () => {
    const holders = await Promise.all(
      SERVER_PARTS.map((part) => sameHolder(proxy, [part, part, part])),
    );
    expect(new Set(holders)).toEqual(new Set([0, 1]));
  });

  test("keeps every request of a session to its process", async () => {
    const session = `/echo/${randomUUID()}/${randomUUID()}`;
    await open(proxy, session);
    const sends = await Promise.all(
      SERVER_PARTS.map(() =>
        request(portOf(proxy), `${session}/xhr_send`, { method: "POST", body: '["x"]' }),
      ),
    );
    expect(new Set(sends.map(({ status }) => status))).toEqual(new Set([204]));
  });

  test("keeps a browser with the cookie to one process, whatever the URL", async () => {
    const { session, cookie } = await open(proxy, newCookieSession("000"));
    const holder = await holderOf(session);
    const sessions = await Promise.all(
      SERVER_PARTS.map((part) => open(proxy, newCookieSession(part), cookie)),
    );
    const holders = await Promise.all(sessions.map((opened) => holderOf(opened.session)));
    expect(new Set(holders)).toEqual(new Set([holder]));
    expect(new Set(sessions.map((opened) => opened.cookie))).toEqual(new Set([cookie]));
  });

  test("spreads browsers over both processes by their cookies", async () => {
    const browsers = await Promise.all(
      SERVER_PARTS.map((part) => open(proxy, newCookieSession(part))),
    );
    const sessions = await Promise.all(
      browsers.map(({ cookie }) => open(proxy, newCookieSession("000"), cookie)),
    );
    const holders = await Promise.all(sessions.map(({ session }) => holderOf(session)));
    expect(new Set(holders)).toEqual(new Set([0, 1]));
  });

  test("keeps a session to its process from before the cookie to after", async () => {
    const { session, cookie } = await open(proxy, newCookieSession("777"));
    const sent = await request(portOf(proxy), `${session}/xhr_send`, {
      method: "POST",
      headers: { Cookie: `other=1; ${cookie}` },
      body: '["x"]',
    });
    expect(sent.status).toBe(204);
  });
});

function newCookieSession(part: string): string {
  return `/cookie_needed_echo/${part}/${randomUUID()}`;
}

/** Opens a session as a browser with this cookie would; gives the cookie it has then. */
async function open(
  proxy: string,
  session: string,
  cookie = "",
): Promise<{ readonly session: string; readonly cookie: string }> {
  const headers: Readonly<Record<string, string>> = cookie === "" ? {} : { Cookie: cookie };
  const answer = await request(portOf(proxy), `${session}/xhr`, { method: "POST", headers });
  if (answer.body !== "o\n") throw new Error(`Cannot open ${session}: ${answer.body}`);
  return { session, cookie: header(answer, "set-cookie")?.replace(/;.*/, "") ?? "" };
}

/** The process that holds a new session of each of these parts. */
async function sameHolder(proxy: string, parts: readonly string[]): Promise<number> {
  const sessions = parts.map((part) => `/echo/${part}/${randomUUID()}`);
  await Promise.all(sessions.map((session) => open(proxy, session)));
  const holders = await Promise.all(sessions.map((session) => holderOf(session)));
  const [holder] = holders;
  if (holder === undefined || new Set(holders).size > 1)
    throw new Error(`Cannot name one process for ${parts.join(", ")}: ${holders.join(", ")}`);
  return holder;
}
