import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openSession, poll, send } from "../harness/session.ts";
import { isInstalled, startProgram, type Program } from "./program.ts";

describe.runIf(isInstalled({ runtime: "deno" }))("on Deno", () => {
  let program: Program;

  beforeAll(async () => {
    program = await startProgram("deno", ["run", "--allow-net"], "forms/deno-warn.ts");
  });
  afterAll(() => program.stop().catch(() => {})); // it is meant to write

  test("an answered poll brings no advice on abort signals, and other warnings are let through", async () => {
    const session = await openSession(program.port, "/echo");
    const waiting = poll(program.port, session);
    await send(program.port, session, "a");
    await waiting;
    await openSession(program.port, "/echo");

    await expect
      .poll(() => program.output.slice(1))
      .toEqual(["console.warn is wrapped", "console.warn is Deno's"]);
  });
});
