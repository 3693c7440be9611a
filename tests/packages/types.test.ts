import { copyFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, inject, test } from "vitest";
import { findRuntime } from "../harness/runtimes.ts";
import { command, workspaceCommand } from "./command.ts";

const CLEAN = { code: 0, output: "" };

describe.each([
  { moduleResolution: "nodenext", module: "nodenext" },
  { moduleResolution: "bundler", module: "esnext" },
])("with `moduleResolution` $moduleResolution", (resolution) => {
  test.each(["ES2022,DOM", "ES2023,WebWorker"])(
    "core, bun, deno and sockjs-fetch compile below `lib` %s, without the types of any runtime",
    async (lib) => {
      expect(await compile("portable.ts", { ...resolution, lib, types: "" })).toEqual(CLEAN);
    },
  );

  test("node compiles with `@types/node` and no other types", async () => {
    const types = fileURLToPath(new URL("../node_modules/@types/node", import.meta.url));
    expect(await compile("node.ts", { ...resolution, lib: "ES2022", types })).toEqual(CLEAN);
  });
});

test("Deno checks an application by the types of the packages", async () => {
  const file = copyConsumer("portable.ts");
  const { executable } = findRuntime("deno");
  const { code, output } = await command(executable, ["check", file], inject("project"));
  expect([code, output]).toEqual([0, expect.stringContaining("Check portable.ts")]);
});

function compile(
  name: string,
  options: Readonly<Record<string, string>>,
): ReturnType<typeof command> {
  const flags = Object.entries(options).flatMap(([option, value]) => [`--${option}`, value]);
  const args = ["--noEmit", "--strict", "--target", "es2022", "--pretty", "false", ...flags];
  return command(workspaceCommand("tsc"), [...args, copyConsumer(name)], inject("project"));
}

/** Puts a consumer into the project, where it finds nothing but the packages. */
function copyConsumer(name: string): string {
  const source = fileURLToPath(new URL(`consumer/${name}`, import.meta.url));
  copyFileSync(source, join(inject("project"), name));
  return name;
}
