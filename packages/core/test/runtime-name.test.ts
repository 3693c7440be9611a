import { expect, test } from "vitest";

/** What every runtime has of Node's `process`, and what only Bun and Deno have. */
interface Globals {
  readonly process: { readonly env: Readonly<Record<string, string | undefined>> };
  readonly Bun?: { readonly version: string };
  readonly Deno?: { readonly version: { readonly deno: string } };
}

function runtimeName({ Bun, Deno }: Globals): "bun" | "deno" | "node" {
  if (Bun?.version !== undefined) return "bun";
  return Deno?.version.deno === undefined ? "node" : "deno";
}

test("these tests run inside the runtime that `UNIT_RUNTIME` names, by default Node", () => {
  const globals = globalThis as unknown as Globals; // every runtime has `process`

  expect(runtimeName(globals)).toBe(globals.process.env["UNIT_RUNTIME"] ?? "node");
});
