import { expect, test } from "vitest";
import {
  codeUnitParts,
  echoed,
  LOOK_ALIKES,
  numbered,
  padded,
  sampleOfAstralPlanes,
} from "./messages.ts";
import { openOn, type Place } from "./place.ts";
import type { ClientTransport } from "./transports.ts";

/** What must hold for messages on every transport, wherever the client runs. */
export function defineMessageTests(transport: ClientTransport, place: () => Place): void {
  test("carries messages of 1 to 100000 characters both ways", async () => {
    const client = await openOn(place(), transport, "/echo");
    await echoed(
      client,
      LENGTHS.map((length) => padded(length, length)),
    );
    await client.close();
  });

  test("carries 100000 characters of three bytes both ways", async () => {
    const client = await openOn(place(), transport, "/echo");
    await echoed(client, ["€".repeat(100_000)]);
    await client.close();
  });

  test("carries all 65536 code units both ways, lone surrogates included", async () => {
    const client = await openOn(place(), transport, "/echo");
    await echoed(client, codeUnitParts());
    await client.close();
  });

  test("carries characters of every plane beyond the first both ways", async () => {
    const client = await openOn(place(), transport, "/echo");
    await echoed(client, sampleOfAstralPlanes());
    await client.close();
  });

  test("carries markup, percent signs, quotes and frame look-alikes both ways", async () => {
    const client = await openOn(place(), transport, "/echo");
    await echoed(client, LOOK_ALIKES);
    await client.close();
  });

  test("carries 1000 messages in order both ways", async () => {
    const client = await openOn(place(), transport, "/echo");
    await echoed(client, numbered(1000));
    await client.close();
  });

  test("carries 1000 messages in order over responses of 4096 bytes", async () => {
    const client = await openOn(place(), transport, "/narrow_echo");
    await echoed(client, numbered(1000));
    await client.close();
  });

  test("carries a burst of a million characters from the server in order", async () => {
    const client = await openOn(place(), transport, "/burst");
    await client.send("[100,10000]");
    expect(await client.receive(100)).toEqual(
      numbered(100).map((number) => padded(number, 10_000)),
    );
    await client.close();
  });

  test("carries a burst of a million characters from the client in order", async () => {
    const client = await openOn(place(), transport, "/echo");
    await echoed(
      client,
      numbered(100).map((number) => padded(number, 10_000)),
    );
    await client.close();
  });
}

/** The same in one connection, where only the way to the server differs. */
export function defineAllMessagesTest(transport: ClientTransport, place: () => Place): void {
  test("carries messages of all lengths and characters in order both ways", async () => {
    const client = await openOn(place(), transport, "/echo");
    await echoed(client, [
      ...numbered(1000),
      ...LENGTHS.map((length) => padded(length, length)),
      ...codeUnitParts(),
      ...sampleOfAstralPlanes(),
      ...LOOK_ALIKES,
    ]);
    await client.close();
  });
}

const LENGTHS: readonly number[] = [
  1, 2, 127, 1024, 4095, 4096, 4097, 16_384, 65_535, 65_536, 100_000,
];
