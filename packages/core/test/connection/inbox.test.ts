import { expect, test } from "vitest";
import { Inbox } from "../../src/connection/inbox.ts";
import { isSettled } from "../support/promises.ts";

test("`Inbox` gives messages in the order they came", () => {
  const inbox = new Inbox(1000);
  inbox.push("a");
  inbox.push("b");

  expect([inbox.take(), inbox.take(), inbox.isEmpty]).toEqual(["a", "b", true]);
});

test("`Inbox` keeps its order across thousands of messages", () => {
  const inbox = new Inbox(1_000_000);
  const messages = Array.from({ length: 5000 }, (_none, index) => `${index}`);
  for (const message of messages) inbox.push(message);
  const first = messages.slice(0, 3000).map(() => inbox.take());
  inbox.push("last");
  const rest: string[] = [];
  while (!inbox.isEmpty) rest.push(inbox.take());

  expect([...first, ...rest]).toEqual([...messages, "last"]);
});

test("`Inbox` is full above its limit, counted in UTF-8 with 64 bytes a message", () => {
  const inbox = new Inbox(2 * 64 + 5);
  inbox.push("€");
  inbox.push("ab");
  const atLimit = inbox.isFull;
  inbox.push("");

  expect([atLimit, inbox.isFull]).toEqual([false, true]);
});

test("`Inbox` is full of one message larger than its limit, and empty once that is taken", () => {
  const inbox = new Inbox(1);
  inbox.push("large");
  const full = inbox.isFull;
  inbox.take();

  expect([full, inbox.isFull, inbox.isEmpty]).toEqual([true, false, true]);
});

test("`Inbox.whenRoom()` resolves once enough has been taken", async () => {
  const inbox = new Inbox(64);
  inbox.push("a");
  inbox.push("b");
  inbox.push("");
  const room = inbox.whenRoom();
  inbox.take();
  const tooEarly = await isSettled(room);
  inbox.take();

  expect([tooEarly, await isSettled(room)]).toEqual([false, true]);
});

test("`Inbox.releaseWaiters()` lets everyone go while it is full", async () => {
  const inbox = new Inbox(1);
  inbox.push("a");
  const waiting = Promise.all([inbox.whenRoom(), inbox.whenRoom()]);
  inbox.releaseWaiters();

  expect(await waiting).toEqual([undefined, undefined]);
});
